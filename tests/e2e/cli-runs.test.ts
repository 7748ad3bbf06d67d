/** `ring run` and `ring runs` against a real server: what a job writes, how it ends, and what is kept of it. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CommandWorld, openCommandWorld } from '../support/command-world.ts';
import { until } from '../support/until.ts';

let world: CommandWorld;
beforeAll(async () => {
  world = await openCommandWorld({ env: { RING_INTERVAL: '1s' } });
  const command = [
    'sh',
    '-c',
    'echo "begins $WHAT"; echo aloud >&2; sleep "$' + '{LASTS:-0}"; exit "$' + '{CODE:-0}"',
  ];
  await world.ring.call('PUT', '/deployments/job', {
    body: { kind: 'job', image: 'ring-test:1', command, stop_grace: '1s', history: 20 },
  });
  await world.ring.untilStatus('job', 'completed');
});
afterAll(() => world.close());

const untilState = (number: number, wanted: string) =>
  until(
    async () => (await world.ring.call('GET', `/deployments/job/runs/${number}`)).body.state,
    (state) => state === wanted,
  );
const untilCancelled = (number: number) => untilState(number, 'cancelled');

describe('ring run', () => {
  it('prints what the job writes, and ends with 0 when it completed', async () => {
    const { code, stdout, stderr } = await world.run(['run', 'job', '-e', 'WHAT=here', '-e', 'FROM_HERE'], {
      env: { FROM_HERE: 'x' },
    });
    expect([code, stdout.split('\n').sort()]).toEqual([0, ['', 'aloud', 'begins here']]);
    expect(stderr).toMatch(/^run 2 of job has started\n(.*\n)*run 2 of job completed\n$/);
  });

  it('ends with 7 when it failed, and says how', async () => {
    const { code, stdout, stderr } = await world.run(['run', 'job', '-e', 'CODE=9']);
    expect([code, stdout.split('\n').sort()]).toEqual([7, ['', 'aloud', 'begins ']]);
    expect(stderr).toMatch(/ring: run 3 of job failed: .*exit code 9\n$/);
  });

  it('runs other words, an object a line where that is asked for', async () => {
    const { code, stdout } = await world.run(['run', 'job', '-o', 'json', '--', 'echo', '-n', 'other words']);
    expect([code, JSON.parse(stdout)]).toEqual([
      0,
      expect.objectContaining({
        deployment: 'job',
        stream: 'stdout',
        message: expect.stringMatching(/ other words$/),
      }),
    ]);
  });

  it('ends with 2 when the time is up, while the run goes on', async () => {
    const { code, stderr } = await world.run(['run', 'job', '-e', 'LASTS=600', '--timeout', '1s']);
    expect([code, stderr]).toEqual([
      2,
      expect.stringContaining('`ring logs job --run 5 -f` follows it, `ring runs job 5 --cancel` ends it'),
    ]);
    expect(await world.run(['runs', 'job', '5', '--cancel'])).toMatchObject({
      code: 0,
      stdout: 'run/job/5 is asked to end\n',
    });
    await untilCancelled(5);
  });

  it('leaves the run alone at Ctrl-C, and says how to follow and to end it', async () => {
    const { code, stdout } = await world.inTerminal(
      ['run', 'job', '-e', 'LASTS=600'],
      [{ after: 'begins', keys: '\u0003' }],
    );
    expect([code, stdout]).toEqual([
      130,
      expect.stringContaining('ring: run 6 of job goes on; `ring logs job --run 6 -f`'),
    ]);
    // What it writes may arrive a moment before it is recorded that it runs.
    await untilState(6, 'running');
    await world.run(['runs', 'job', '6', '--cancel']);
    await untilCancelled(6);
    expect(await world.run(['runs', 'job', '6', '--cancel'])).toMatchObject({
      code: 0,
      stdout: 'run/job/6 was over already: cancelled\n',
    });
  });

  it('only begins it where that is all that is asked for', async () => {
    expect(await world.run(['run', 'job', '-d'])).toEqual({
      code: 0,
      stdout: 'run/job/7\n',
      stderr: expect.stringContaining('`ring logs job --run 7 -f`'),
    });
    expect((await world.run(['logs', 'job', '--run', '7', '-f'])).code).toBe(0);
  });

  it('says what cannot be run', async () => {
    await world.ring.declare('web', { image: 'ring-test:1', replicas: 0 });
    expect(await world.run(['run', 'web'])).toMatchObject({ code: 1, stdout: '' });
    expect(await world.run(['run', 'nobody'])).toMatchObject({ code: 5, stdout: '' });
    expect(await world.run(['run', 'job', '-e', 'NOT_SET_HERE'])).toEqual({
      code: 1,
      stdout: '',
      stderr: 'ring: -e NOT_SET_HERE: it is not set here: write NAME=value\n',
    });
  });
});

describe('ring runs', () => {
  it('lists the runs of a job, the newest first', async () => {
    const { code, stdout } = await world.run(['runs', 'job']);
    const [head = '', ...lines] = stdout.split('\n').slice(0, -1);
    expect([code, head.split(/ +/)]).toEqual([0, ['RUN', 'STATE', 'EXIT', 'CAUSE', 'AGE', 'TOOK', 'REASON']]);
    expect(lines.map((line) => line.trim().split(/ +/).slice(0, 2))).toEqual([
      ['7', 'completed'],
      ['6', 'cancelled'],
      ['5', 'cancelled'],
      ['4', 'completed'],
      ['3', 'failed'],
      ['2', 'completed'],
      ['1', 'completed'],
    ]);
    expect((await world.run(['runs', 'job', '-o', 'name', '--limit', '1'])).stdout).toBe('run/job/7\n');
  });

  it('shows one with its parts', async () => {
    const { stdout } = await world.run(['runs', 'job', '3']);
    expect(stdout).toMatch(
      /^Run: +job\/3\nState: +failed\n(.*\n)*Exit code: +9\n(.*\n)*Environment: +CODE=9\n/,
    );
    expect(stdout).toMatch(/\nPART +OUTCOME +EXIT +TRIES +TOOK +REASON\n +0 +failed +9 +1 /);
    const { stdout: json } = await world.run(['runs', 'job', '3', '-o', 'json']);
    expect(JSON.parse(json)).toMatchObject({ deployment: 'job', number: 3, exit_code: 9 });
  });

  it('says what is not there, and that a number is wanted', async () => {
    expect(await world.run(['runs', 'job', '99'])).toMatchObject({ code: 5, stdout: '' });
    expect(await world.run(['runs', 'job', 'last'])).toMatchObject({ code: 1, stdout: '' });
    expect(await world.run(['runs', 'job', '--cancel'])).toMatchObject({
      code: 1,
      stderr: 'ring: Name the run that is to end: ring runs job <number> --cancel\n',
    });
  });
});
