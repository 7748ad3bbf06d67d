/** `ring apply`, `plan`, `diff`, `schema` and `delete -f` against a real server, as a pipeline calls them. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CommandWorld, openCommandWorld } from '../support/command-world.ts';
import { until } from '../support/until.ts';

let world: CommandWorld;
beforeAll(async () => {
  world = await openCommandWorld();
});
afterAll(() => world.close());

/** Writes a manifest into the folder that commands run in. */
const write = (name: string, text: string) => writeFile(join(world.folder, name), text);

const sleeper = 'image: ring-test:1\n    command: [sleep, "1000"]\n    stop_grace: 0s';
const fast = '\n    update: {min_healthy_time: 200ms, drain_delay: 0s}';

describe('ring apply', () => {
  it('makes all of it so, says what it did, and finds nothing to do the second time', async () => {
    await write('site.conf', 'listen 80;\n');
    await write(
      'shop.yaml',
      `namespace: shop
configs: {site: {file: ./site.conf}}
secrets: {db: {value: "\${DB_PASSWORD}"}}
deployments:
  web:
    ${sleeper}
    replicas: \${REPLICAS:-2}
    environment: {PASSWORD: {secretRef: db}}
    volumes: [{type: config, source: site, destination: /etc/site.conf}]${fast}
`,
    );
    const env = { DB_PASSWORD: 'hunter2: "no"' };
    expect(await world.run(['plan', '-f', 'shop.yaml'], { env })).toMatchObject({
      code: 2,
      stdout: expect.stringMatching(
        /^\+ namespace\/shop[\s\S]*\+ deployment\/web in shop: create, revision 1/,
      ),
    });
    expect((await world.ring.call('GET', '/deployments')).body).toEqual([]);

    const applied = await world.run(['apply', '-f', 'shop.yaml', '--wait'], { env });
    expect(applied).toMatchObject({
      code: 0,
      stdout:
        'namespace/shop created\nconfig/site created\nsecret/db created\ndeployment/web created\n' +
        'deployment/web is running (revision 1, 2 of 2 ready)\n',
    });
    expect(applied.stderr).not.toContain('hunter2');
    expect(await world.ring.read('web')).toMatchObject({ replicas: 2, status: 'running', namespace: 'shop' });

    const again = await world.run(['apply', '-f', 'shop.yaml', '-o', 'json'], { env });
    expect([again.code, JSON.parse(again.stdout).summary]).toEqual([
      0,
      { create: 0, update: 0, scale: 0, delete: 0, none: expect.any(Number) },
    ]);
    expect(await world.run(['diff', '-f', 'shop.yaml'], { env })).toMatchObject({ code: 0 });
  });

  it('tells a plan with its differences, coloured for people only, and does nothing', async () => {
    const env = { DB_PASSWORD: 'hunter2: "no"', REPLICAS: '3' };
    const planned = await world.run(['plan', '-f', 'shop.yaml'], { env });
    expect(planned).toEqual({
      code: 2,
      stdout: expect.stringMatching(/^~ deployment\/web in shop: scale\n {4}replicas: 2 -> 3\n/),
      stderr: '',
    });
    const dry = await world.run(['apply', '--dry-run', '-f', 'shop.yaml'], { env });
    expect(dry).toEqual({ ...planned, code: 0 });
    const json = await world.run(['plan', '-f', 'shop.yaml', '-o', 'json'], { env });
    expect([json.code, JSON.parse(json.stdout).summary.scale]).toEqual([2, 1]);
    const seen = await world.inTerminal(['plan', '-f', 'shop.yaml'], [], { env });
    expect([seen.code, seen.stdout]).toEqual([
      2,
      expect.stringContaining('\u001b[33m~ deployment/web\u001b[0m'),
    ]);
    expect(await world.ring.read('web')).toMatchObject({ replicas: 2 });
  });

  it('fails with 7, the reason and the last lines when a new version does not come up, while the old one serves', async () => {
    await write('app.yaml', `deployments:\n  app:\n    ${sleeper}${fast}\n`);
    expect(await world.run(['apply', '-f', 'app.yaml', '--wait'])).toMatchObject({ code: 0 });
    const before = await world.ring.read('app');
    const broken = '[sh, -c, "echo starting; echo cannot reach the database >&2; exit 3"]';
    await write('app.yaml', `deployments:\n  app:\n    image: ring-test:1\n    command: ${broken}${fast}\n`);

    const failing = world.start(['apply', '-f', 'app.yaml', '--wait', '--timeout', '90s']);
    await until(
      async () => (await world.ring.read('app')).rollout,
      (rollout) => rollout?.revision === 2 && /rolling_back|rolled_back/.test(rollout.state),
      { what: 'the failed rollout' },
    );
    const failedAt = performance.now();
    const ended = await failing.ended;
    const lateMs = performance.now() - failedAt;

    expect(ended).toEqual({
      code: 7,
      stdout: 'deployment/app changed\n',
      stderr: expect.stringMatching(
        /ring: app failed: [^\n]*3[^\n]*\n {2}revision 1 goes on serving\n {2}the last lines:\n[\s\S]*app\/0 \| cannot reach the database\n/,
      ),
    });
    console.info(`apply --wait ended ${Math.round(lateMs)} ms after the failure was seen`);
    expect(await world.ring.read('app')).toMatchObject({
      status: 'running',
      instances: expect.arrayContaining([...before.instances]),
    });
    expect(await world.run(['apply', '-f', 'app.yaml', '--wait'])).toMatchObject({
      code: 7,
      stdout: 'deployment/app unchanged\n',
      stderr: expect.stringContaining('nothing is tried again: `ring rollout restart app` does'),
    });
  });

  it('tells a failed job by its last lines, and what it waits with', async () => {
    await write(
      'job.yaml',
      `deployments:
  migrate:
    kind: job
    image: ring-test:1
    command: [sh, -c, "echo no such table; exit 4"]
  nightly:
    kind: job
    image: ring-test:1
    schedule: "0 3 * * *"
`,
    );
    expect(await world.run(['apply', '-f', 'job.yaml', '--wait'])).toEqual({
      code: 7,
      stdout: expect.stringContaining('deployment/migrate created\n'),
      stderr: expect.stringMatching(/ring: migrate failed: [^\n]*4[\s\S]*migrate\/0 \| no such table/),
    });
  });

  it('is up to whoever waits: with 2 when the time is up, with 130 on Ctrl-C, and the work goes on', async () => {
    const terms = '\n    update: {min_healthy_time: 20s, drain_delay: 0s}';
    await write('slow.yaml', `deployments:\n  slow:\n    ${sleeper}${fast}\n`);
    await world.run(['apply', '-f', 'slow.yaml', '--wait']);
    await write('slow.yaml', `deployments:\n  slow:\n    ${sleeper}\n    labels: {v: "2"}${terms}\n`);
    expect(await world.run(['apply', '-f', 'slow.yaml', '--wait', '--timeout', '500ms'])).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/timed out before slow was ready.*it continues in the background/),
    });
    const waiting = world.start(['apply', '-f', 'slow.yaml', '--wait']);
    await until(
      async () => waiting.said.stderr,
      (said) => said.includes('waiting for slow'),
      { what: 'the wait' },
    );
    waiting.child.kill('SIGINT');
    expect(await waiting.ended).toMatchObject({
      code: 130,
      stderr: expect.stringContaining(
        'what was applied continues in the background. `ring wait slow` waits again',
      ),
    });
  });

  it('fails with 7 when a deployment that it waits for is deleted meanwhile', async () => {
    const terms = '\n    update: {min_healthy_time: 5m}';
    await write('doomed.yaml', `deployments:\n  doomed:\n    ${sleeper}${terms}\n`);
    const waiting = world.start(['apply', '-f', 'doomed.yaml', '--wait']);
    await until(
      async () => waiting.said.stderr,
      (said) => said.includes('waiting for doomed'),
      { what: 'the wait' },
    );
    await world.ring.call('DELETE', '/deployments/doomed');
    expect(await waiting.ended).toEqual({
      code: 7,
      stdout: 'deployment/doomed created\n',
      stderr: expect.stringMatching(/\nring: doomed failed: it was deleted\n$/),
    });
  });

  it('reads folders, several files, and several documents of one file', async () => {
    await mkdir(join(world.folder, 'stack/nested'), { recursive: true });
    const nothing = '{image: "ring-test:1", replicas: 0}';
    await write('stack/b.yaml', `namespace: many\ndeployments: {second: ${nothing}}\n`);
    await write('stack/a.yml', `namespace: many\ndeployments: {first: ${nothing}}\n`);
    await write('stack/notes.txt', 'no manifest\n');
    await write('stack/nested/c.yaml', `deployments: {nested: ${nothing}}\n`);
    await write(
      'more.json',
      JSON.stringify({ namespace: 'many', deployments: { third: { image: 'ring-test:1', replicas: 0 } } }),
    );
    await write(
      'documents.yaml',
      `namespace: many\ndeployments: {fourth: ${nothing}}\n---\nnamespace: more\ndeployments: {fifth: ${nothing}}\n`,
    );
    const files = ['-f', 'stack', '-f', 'more.json', '-f', 'documents.yaml'];
    const { code, stdout, stderr } = await world.run(['apply', ...files, '-o', 'name']);
    expect([code, stderr, stdout.trimEnd().split('\n').sort()]).toEqual([
      0,
      '',
      ['fifth', 'first', 'fourth', 'second', 'third']
        .map((name) => `deployment/${name}`)
        .concat(['namespace/many', 'namespace/more']),
    ]);
    expect(await world.ring.read('fifth')).toMatchObject({ namespace: 'more' });
    expect((await world.run(['delete', ...files])).code).toBe(0);
    await write('documents.yaml', `deployments: {fine: ${nothing}}\n---\ndeployments: {bad: {imge: x}}\n`);
    expect(await world.run(['apply', '-f', 'documents.yaml'])).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^ring: documents\.yaml:3:/),
    });
  });

  it('reads stdin and env files', async () => {
    await write('a.env', 'TAG=1\nLEVEL=from the file\n');
    const input = JSON.stringify({
      deployments: { piped: { image: 'ring-test:${TAG}', replicas: 0, labels: { level: '${LEVEL}' } } },
    });
    const args = ['apply', '-f', '-', '--env-file', 'a.env', '-n', 'pipes', '-o', 'name'];
    expect(await world.run(args, { input, env: { LEVEL: 'from outside' } })).toEqual({
      code: 0,
      stdout: 'namespace/pipes\ndeployment/piped\n',
      stderr: '',
    });
    expect(await world.ring.read('piped')).toMatchObject({
      namespace: 'pipes',
      image: 'ring-test:1',
      labels: { level: 'from outside' },
    });
  });

  it('deletes what matches a selector and is declared no longer', async () => {
    await write(
      'two.yaml',
      'namespace: two\nlabels: {app: two}\ndeployments:\n  one: {image: "ring-test:1", replicas: 0}\n  other: {image: "ring-test:1", replicas: 0}\n',
    );
    await world.run(['apply', '-f', 'two.yaml']);
    await write(
      'two.yaml',
      'namespace: two\nlabels: {app: two}\ndeployments:\n  one: {image: "ring-test:1", replicas: 0}\n',
    );
    expect(await world.run(['apply', '-f', 'two.yaml', '--prune', 'app=two', '--wait'])).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/deployment\/other deleted\n[\s\S]*deployment\/other is deleted\n/),
    });
    await world.ring.untilGone('other');
  });

  it('says every fault with its place, and does nothing', async () => {
    await write(
      'bad.yaml',
      'deployments:\n  good: {image: "ring-test:1"}\n  web:\n    imge: nginx\n    replicas: many\n',
    );
    expect(await world.run(['apply', '-f', 'bad.yaml'])).toEqual({
      code: 1,
      stdout: '',
      stderr:
        'ring: bad.yaml:3:3: deployments/web/image is required\n' +
        'ring: bad.yaml:4:5: deployments/web/imge is not a known field: did you mean image?\n' +
        'ring: bad.yaml:5:5: deployments/web/replicas must be a number\n',
    });
    await write(
      'worse.yaml',
      'deployments:\n  good: {image: "ring-test:1"}\n  web:\n    image: ring-test:1\n    secrets:\n      A: {secretRef: nowhere}\n    stop_grace: for ever\n',
    );
    expect(await world.run(['apply', '-f', 'worse.yaml'])).toEqual({
      code: 1,
      stdout: '',
      stderr: expect.stringMatching(/^ring: worse\.yaml:7:5: deployments\/web\/stop_grace must be/m),
    });
    expect((await world.ring.call('GET', '/deployments/good')).status).toBe(404);
  });

  it('says which file is missing, which variable is not set, and which server does not answer', async () => {
    expect(await world.run(['apply', '-f', 'nowhere.yaml'])).toEqual({
      code: 1,
      stdout: '',
      stderr: 'ring: nowhere.yaml cannot be read: there is no such file\n',
    });
    const input = 'deployments: {web: {image: "nginx:${NO_SUCH_TAG}"}}';
    expect(await world.run(['plan', '-f', '-'], { input })).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^ring: stdin:1:21: NO_SUCH_TAG is not set[^\n]*\n$/),
    });
    const away = { input: 'namespaces: [a]', env: { RING_URL: 'http://127.0.0.1:1' } };
    expect(await world.run(['apply', '-f', '-'], away)).toMatchObject({ code: 3, stdout: '' });
    const nobody = { input: 'namespaces: [a]', env: { RING_TOKEN: 'nobody' } };
    expect(await world.run(['apply', '-f', '-'], nobody)).toMatchObject({ code: 4, stdout: '' });
  });
});

describe('ring schema', () => {
  it('prints a JSON Schema without asking a server', async () => {
    const { code, stdout, stderr } = await world.run(['schema'], { env: { RING_URL: 'http://127.0.0.1:9' } });
    expect([code, stderr]).toEqual([0, '']);
    expect(JSON.parse(stdout).properties.deployments.description).toMatch(/deployments to run/i);
  });
});
