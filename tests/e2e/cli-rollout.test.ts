/** `ring rollout` and `ring wait` against a real server: what they say, and above all how they end. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CommandWorld, openCommandWorld } from '../support/command-world.ts';

let world: CommandWorld;
beforeAll(async () => {
  world = await openCommandWorld({ env: { RING_INTERVAL: '1s' } });
});
afterAll(() => world.close());

const quick = { min_healthy_time: '200ms', drain_delay: '0s' } as const;
const good = { image: 'ring-test:1', replicas: 2, stop_grace: '1s', update: quick } as const;
const bad = { ...good, command: ['sh', '-c', 'echo cannot; exit 3'] };
const slow = { ...good, update: { ...quick, min_healthy_time: '30s' }, labels: { pace: 'slow' } } as const;

describe('ring wait', () => {
  it('ends with 0 when all of them are so', async () => {
    await world.ring.declare('one', good);
    await world.ring.declare('two', good);
    const { code, stdout } = await world.run(['wait', 'one', 'two', '--for', 'healthy', '--timeout', '60s']);
    expect([code, stdout.split('\n').sort()]).toEqual([
      0,
      ['', 'deployment/one is healthy', 'deployment/two is healthy'],
    ]);
  });

  it('ends with 7 as soon as it cannot be so any more, and says why', async () => {
    await world.ring.declare('two', bad);
    const { code, stdout, stderr } = await world.run(['wait', 'two', '--timeout', '90s']);
    expect([code, stdout]).toEqual([7, '']);
    expect(stderr).toMatch(/^ring: two failed: .*exit code 3.*`ring logs two --previous`/m);
  });

  it('ends with 2 when the time is up, and says what it waited for', async () => {
    await world.ring.declare('late', slow);
    expect(await world.run(['wait', 'late', '--timeout', '300ms'])).toEqual({
      code: 2,
      stdout: '',
      stderr: expect.stringMatching(
        /ring: timed out before late is running: .+; it continues in the background\n$/,
      ),
    });
  });

  it('waits for the end of what is deleted, and does not mind that it is gone already', async () => {
    await world.ring.call('DELETE', '/deployments/late');
    const gone = { code: 0, stdout: 'deployment/late is deleted\n' };
    expect(await world.run(['wait', 'late', '--for', 'deleted'])).toMatchObject(gone);
    expect(await world.run(['wait', 'late', '--for', 'deleted'])).toMatchObject(gone);
    expect(await world.run(['wait', 'late'])).toMatchObject({ code: 5, stdout: '' });
  });

  it('says of a job that it is completed, or failed', async () => {
    const job = (code: number) => ({
      kind: 'job',
      image: 'ring-test:1',
      command: ['sh', '-c', `exit ${code}`],
    });
    await world.ring.call('PUT', '/deployments/done', { body: job(0) });
    await world.ring.call('PUT', '/deployments/broken', { body: job(4) });
    expect(await world.run(['wait', 'done'])).toMatchObject({
      code: 0,
      stdout: 'deployment/done is completed\n',
    });
    expect(await world.run(['wait', 'broken', '--for', 'settled'])).toMatchObject({
      code: 7,
      stderr: expect.stringContaining('broken failed: '),
    });
  });

  it('refuses what cannot be waited for, and ends by Ctrl-C with 130', async () => {
    expect(await world.run(['wait', 'one', '--for', 'better'])).toMatchObject({ code: 1, stdout: '' });
    expect(await world.run(['wait', 'one', '--timeout', 'soon'])).toMatchObject({ code: 1, stdout: '' });
    await world.ring.declare('never', slow);
    const { code } = await world.inTerminal(['wait', 'never'], [{ after: 'never: ', keys: '\u0003' }]);
    expect(code).toBe(130);
    await world.ring.call('DELETE', '/deployments/never');
  });
});

describe('ring rollout', () => {
  it('says that it is out, also for programs', async () => {
    expect(await world.run(['rollout', 'status', 'one'])).toEqual({
      code: 0,
      stdout: 'revision 1 of one is rolled out: 2 of 2 replicas are updated\n',
      stderr: '',
    });
    const { stdout } = await world.run(['rollout', 'status', 'one', '-o', 'json']);
    expect(JSON.parse(stdout)).toMatchObject({ state: 'completed', revision: 1, updated: 2 });
  });

  it('restarts and waits until fresh containers have taken over', async () => {
    const before = (await world.ring.read('one')).instances;
    const { code, stdout } = await world.run(['rollout', 'restart', 'one', '--wait']);
    expect([code, stdout]).toEqual([
      0,
      'deployment/one is being restarted\nrevision 2 of one is rolled out: 2 of 2 replicas are updated\n',
    ]);
    const after = (await world.ring.read('one')).instances;
    expect(after.filter((id) => before.includes(id))).toEqual([]);
  });

  it('ends with 7 when it failed and was rolled back, and says which revision serves', async () => {
    await world.ring.declare('one', bad);
    const { code, stdout } = await world.run(['rollout', 'status', 'one', '--wait']);
    expect([code, stdout]).toEqual([
      7,
      expect.stringMatching(/^revision 3 of one failed(;| and goes back to) revision 2.*exit code 3.*\n$/),
    ]);
  });

  it('lists revisions, and brings one back under a new number', async () => {
    const { stdout } = await world.run(['rollout', 'history', 'one', '-o', 'json']);
    expect(JSON.parse(stdout).map((one: { number: number }) => one.number)).toEqual([3, 2, 1]);
    const undone = await world.run(['rollout', 'undo', 'one', '--to', '1', '--wait']);
    expect([undone.code, undone.stdout]).toEqual([
      0,
      'deployment/one goes back to revision 1, as revision 4\n' +
        'revision 4 of one is rolled out: 2 of 2 replicas are updated\n',
    ]);
    const [head = '', first = ''] = (await world.run(['rollout', 'history', 'one'])).stdout.split('\n');
    expect(head).toMatch(/^REVISION +IS +AGE +BY +CAUSE +IMAGE$/);
    expect(first).toMatch(/^ +4 +declared, proved +\d+\w* +admin +rollback to 1 +ring-test:1$/);
    expect(await world.run(['rollout', 'undo', 'one', '--to', '99'])).toMatchObject({ code: 5, stdout: '' });
  });

  it('is held and let go on', async () => {
    await world.ring.declare('held', good);
    await world.ring.untilStatus('held', 'running');
    const paused = await world.run(['rollout', 'pause', 'held']);
    expect([paused.code, paused.stdout]).toEqual([
      0,
      'deployment/held is paused: no further replica is replaced\n',
    ]);
    await world.ring.declare('held', { ...good, labels: { version: '2' } });
    await world.ring.until('held', ({ rollout }) => rollout?.revision === 2);
    expect(await world.run(['rollout', 'status', 'held'])).toEqual({
      code: 2,
      stdout: expect.stringMatching(/^revision 2 of held is paused: 0 of 2 .*`ring rollout resume held`/),
      stderr: '',
    });
    const resumed = await world.run(['rollout', 'resume', 'held', '--wait']);
    expect([resumed.code, resumed.stdout]).toEqual([
      0,
      'deployment/held is resumed\nrevision 2 of held is rolled out: 2 of 2 replicas are updated\n',
    ]);
  });

  it('says what is no rollout, and what is not there', async () => {
    expect(await world.run(['rollout', 'restart', 'done'])).toMatchObject({ code: 1, stdout: '' });
    expect(await world.run(['rollout', 'status', 'nobody'])).toMatchObject({ code: 5, stdout: '' });
    expect(await world.run(['rollout', 'stop', 'one'])).toMatchObject({ code: 1, stdout: '' });
  });
});
