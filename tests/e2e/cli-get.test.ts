/** `ring get`, `describe` and `delete` against a real server: tables, formats, exit codes. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CommandWorld, openCommandWorld } from '../support/command-world.ts';

let world: CommandWorld;
beforeAll(async () => {
  world = await openCommandWorld();
  await world.ring.call('PUT', '/configs/site', { body: { data: 'hello' } });
  await world.ring.call('PUT', '/secrets/db', { body: { value: 'swordfish' } });
  await world.ring.declare('kiosk', {
    image: 'ring-test:1',
    replicas: 1,
    labels: { tier: 'front' },
    secrets: { MODE: 'barracuda', PASSWORD: { secretRef: 'db' } },
    volumes: [{ type: 'config', source: 'site', destination: '/etc/site.conf' }],
  });
  await world.ring.declare('till.mall', { image: 'ring-test:1', replicas: 0 });
  await world.ring.declare('ferry', { image: 'ring-test:1', kind: 'job', command: ['sh', '-c', 'exit 3'] });
  await world.ring.untilStatus('kiosk', 'running');
  await world.ring.untilStatus('ferry', 'failed');
});
afterAll(() => world.close());

/** The words of a table's lines; what changes by the second is left out. */
const rows = (text: string) =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => line.split(/ {2,}/).map((cell) => cell.trim().replace(/^\d+[smh]\d*[sm]?$/, 'AGO')));

describe('ring get', () => {
  it('lists deployments as a table, without colours in a pipe', async () => {
    const { code, stdout, stderr } = await world.run(['get']);
    expect({ code, stderr, rows: rows(stdout) }).toEqual({
      code: 0,
      stderr: '',
      rows: [
        ['NAMESPACE', 'NAME', 'KIND', 'STATUS', 'READY', 'RESTARTS', 'AGE', 'IMAGE', 'REASON'],
        ['default', 'ferry', 'job', 'failed', '-', '0', 'AGO', 'ring-test:1', 'it ended with exit code 3'],
        ['default', 'kiosk', 'worker', 'running', '1/1', '0', 'AGO', 'ring-test:1'],
        ['mall', 'till', 'worker', 'running', '0/0', '0', 'AGO', 'ring-test:1'],
      ],
    });
  });

  it('prints names, which it takes again', async () => {
    const listed = await world.run(['get', 'deployments', '-n', 'default', '-o', 'name']);
    expect(listed).toEqual({ code: 0, stdout: 'deployment/ferry\ndeployment/kiosk\n', stderr: '' });
    const again = await world.run(['get', ...listed.stdout.trim().split('\n'), 'config/site', '-o', 'name']);
    expect(again.stdout).toBe('deployment/ferry\ndeployment/kiosk\nconfig/site\n');
  });

  it('adds columns to the table where there is room for them', async () => {
    const { code, stdout } = await world.run(['get', 'deployments', '-n', 'default', '-o', 'wide']);
    const [head = [], ferry = []] = rows(stdout);
    const narrow = rows((await world.run(['get', 'deployments', '-n', 'default'])).stdout)[0] ?? [];
    expect([code, head.filter((title) => !narrow.includes(title))]).toEqual([
      0,
      ['ID', 'REVISION', 'OBSERVED'],
    ]);
    expect(ferry).toContain('ring-test:1');
  });

  it('prints what the API says as JSON and YAML: one by itself, several as a list', async () => {
    const one = await world.run(['get', 'deployment', 'kiosk', '-o', 'json']);
    expect(JSON.parse(one.stdout)).toMatchObject({ id: 'kiosk', labels: { tier: 'front' } });
    const all = await world.run(['get', 'configs', '-o', 'json']);
    expect(JSON.parse(all.stdout)).toEqual((await world.ring.call('GET', '/configs')).body);
    const yaml = await world.run(['get', 'config', 'site', '-o', 'yaml']);
    expect(yaml.stdout).toMatch(/^id: site\nname: site\nnamespace: default\ndata: hello\n/);
  });

  it('chooses by labels, statuses and namespaces', async () => {
    const names = async (...args: string[]) =>
      (await world.run(['get', 'deploy', '-o', 'name', ...args])).stdout;
    expect(await names('-l', 'tier=front')).toBe('deployment/kiosk\n');
    expect(await names('--status', 'failed,error')).toBe('deployment/ferry\n');
    expect(await names('-n', 'mall')).toBe('deployment/till\n');
  });

  it('says on stderr that there is nothing, and exits with 0', async () => {
    expect(await world.run(['get', 'volumes'])).toEqual({
      code: 0,
      stdout: '',
      stderr: 'There are no volumes\n',
    });
  });

  it('says what to do next when something is not there, or no kind of thing', async () => {
    expect(await world.run(['get', 'deployment', 'nobody'])).toEqual({
      code: 5,
      stdout: '',
      stderr: 'ring: Deployment not found. `ring get deployments` lists them\n',
    });
    expect(await world.run(['get', 'deploymnet'])).toEqual({
      code: 1,
      stdout: '',
      stderr:
        'ring: deploymnet is not a kind of resource: did you mean deployment? (as in `ring get deployment web`)\n',
    });
  });
});

describe('ring describe', () => {
  it('tells of a deployment how it stands and what happened, and shows no value of its environment', async () => {
    const { code, stdout } = await world.run(['describe', 'deployment', 'kiosk']);
    expect([code, stdout]).toEqual([0, expect.stringMatching(/^Status: +running$/m)]);
    expect(stdout).toMatch(/^Replicas: +1 ready of 1$/m);
    expect(stdout).toMatch(/^Environment: +MODE=\*\*\*\n +PASSWORD=secret db$/m);
    expect(stdout).toMatch(/^Mounts: +config site -> \/etc\/site.conf \(ro\)$/m);
    expect(stdout).toMatch(/^Events:\n[\s\S]*DeploymentCreated/m);
    expect(stdout).not.toContain('barracuda');
  });

  it('tells of a job its runs, and of anything else all that is known', async () => {
    const job = await world.run(['describe', 'deployment/ferry', 'config/site']);
    expect(job.stdout).toMatch(/^Runs:\n +RUN[^\n]*\n +1 +failed +declared +3 /m);
    expect(job.stdout).toMatch(/\n\nid: site\n/);
  });
});

describe('ring delete', () => {
  it('deletes several things of several kinds, and waits until deployments are gone', async () => {
    expect(await world.run(['delete', 'deployment/kiosk', 'deployment/ferry', '--wait'])).toEqual({
      code: 0,
      stdout: 'deployment/kiosk deleted\ndeployment/ferry deleted\n',
      stderr: '',
    });
    expect((await world.run(['get', 'deployment', 'kiosk'])).code).toBe(5);
    expect(await world.run(['delete', 'config/site', 'secret/db'])).toMatchObject({
      code: 0,
      stdout: 'config/site deleted\nsecret/db deleted\n',
    });
  });

  it('deletes the others when one of them fails, and exits as the first failure does', async () => {
    await world.ring.call('PUT', '/configs/used', { body: { data: 'x' } });
    await world.ring.call('PUT', '/configs/spare', { body: { data: 'x' } });
    const volumes = [{ type: 'config', source: 'used', destination: '/etc/used' }] as const;
    await world.ring.declare('user', { image: 'ring-test:1', replicas: 0, volumes: [...volumes] });
    expect(await world.run(['delete', 'config', 'missing', 'used', 'spare'])).toEqual({
      code: 5,
      stdout: 'config/spare deleted\n',
      stderr: expect.stringMatching(
        /^ring: config\/missing: Config not found[^\n]*\nring: config\/used: Config used is used by [^\n]*\n$/,
      ),
    });
    expect((await world.ring.call('GET', '/configs/spare')).status).toBe(404);
    expect(await world.run(['delete', 'config/used', 'deployment/user', '--wait'])).toMatchObject({
      code: 6,
      stdout: 'deployment/user deleted\n',
    });
    await world.ring.untilGone('user');
  });

  it('takes what is not there for an error, unless it may be missing', async () => {
    expect((await world.run(['delete', 'config', 'site'])).code).toBe(5);
    expect(await world.run(['delete', 'config', 'site', '--ignore-missing'])).toEqual({
      code: 0,
      stdout: '',
      stderr: 'config/site does not exist\n',
    });
  });

  it('asks nobody where nobody sits, and then leaves a namespace with all that is in it', async () => {
    expect(await world.run(['delete', 'namespace', 'mall'])).toMatchObject({
      code: 6,
      stderr: expect.stringContaining('--cascade'),
    });
    expect(await world.run(['delete', 'namespace', 'mall', '--cascade'])).toEqual({
      code: 1,
      stdout: '',
      stderr: 'ring: Not a terminal, so nothing can be asked: add --yes to go ahead\n',
    });
    expect(await world.run(['delete', 'namespace', 'mall', '--cascade', '--yes'])).toMatchObject({ code: 0 });
    await world.ring.untilGone('till.mall');
  });
});
