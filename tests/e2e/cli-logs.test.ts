/** `ring logs` against a real server, as somebody types it: lines, and followers that outlive a server. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CommandWorld, openCommandWorld } from '../support/command-world.ts';
import { openGate } from '../support/gate.ts';
import { until } from '../support/until.ts';

let world: CommandWorld;
beforeAll(async () => {
  world = await openCommandWorld({ env: { RING_INTERVAL: '1s' } });
  await world.ring.declare('pair', { image: 'ring-test:1', replicas: 2, command: saying('hello') });
  await world.ring.declare('lone', { image: 'ring-test:1', command: saying('alone') });
  await world.ring.untilStatus('pair', 'running');
  await world.ring.untilStatus('lone', 'running');
});
afterAll(() => world.close());

const saying = (words: string) => ['sh', '-c', `echo ${words}; echo ${words} aloud >&2; sleep 1000`];
const counting = ['sh', '-c', 'i=0; while true; do echo "n $i"; i=$((i+1)); sleep 0.05; done'];

const linesOf = (text: string): readonly string[] => text.split('\n').slice(0, -1);

describe('ring logs', () => {
  it('prints what each replica wrote, and says which one it was', async () => {
    const { code, stdout, stderr } = await until(
      () => world.run(['logs', 'pair']),
      (ended) => linesOf(ended.stdout).length === 4,
    );
    expect([code, stderr, [...linesOf(stdout)].sort()]).toEqual([
      0,
      '',
      ['pair/0 | hello', 'pair/0 | hello aloud', 'pair/1 | hello', 'pair/1 | hello aloud'],
    ]);
  });

  it('prints the bare lines of one replica, or of a deployment that has one', async () => {
    expect(await world.run(['logs', 'pair', '-c', '1', '--tail', '1'])).toEqual({
      code: 0,
      stdout: expect.stringMatching(/^hello( aloud)?\n$/),
      stderr: '',
    });
    expect((await world.run(['logs', 'lone'])).stdout).toMatch(/^alone( aloud)?\nalone( aloud)?\n$/);
    expect((await world.run(['logs', 'lone', '-t', '--prefix', '--tail', '1'])).stdout).toMatch(
      /^lone\/0 \| \d{4}-\d\d-\d\dT[\d:.]+Z alone( aloud)?\n$/,
    );
  });

  it('merges several deployments by time, an object a line where that is asked for', async () => {
    const { stdout } = await world.run(['logs', 'lone', 'pair', '-o', 'json']);
    const entries = linesOf(stdout).map((line) => JSON.parse(line));
    const times = entries.map(({ timestamp }) => timestamp);
    expect(new Set(entries.map(({ deployment }) => deployment))).toEqual(new Set(['lone', 'pair']));
    expect(times).toEqual([...times].sort());
    expect(Object.keys(entries[0]).sort()).toEqual(
      ['container', 'deployment', 'message', 'replica', 'stream', 'timestamp'].sort(),
    );
  });

  it('prints what came since a time, and what the container before wrote', async () => {
    expect((await world.run(['logs', 'lone', '--since', '1h'])).stdout).toMatch(
      /^alone( aloud)?\nalone( aloud)?\n$/,
    );
    const command = ['sh', '-c', 'echo run $HOSTNAME; sleep 1; exit 3'];
    const restart = { restart_policy: 'on-failure' } as const;
    await world.ring.declare('dying', { image: 'ring-test:1', command, ...restart });
    await until(
      () => world.ring.read('dying'),
      ({ restarts }) => restarts > 0,
    );
    const { code, stdout, stderr } = await until(
      () => world.run(['logs', 'dying', '--previous']),
      (ended) => ended.stdout !== '',
    );
    expect([code, stdout, stderr]).toEqual([0, expect.stringMatching(/^(run \w+\n)+$/), '']);
    await world.run(['delete', 'deployment', 'dying']);
  });

  it('says on stderr that there is nothing, and what is not there', async () => {
    expect(await world.run(['logs', 'lone', '--since', '1ms'])).toEqual({
      code: 0,
      stdout: '',
      stderr: 'There are no lines from that time\n',
    });
    expect(await world.run(['logs', 'nobody'])).toMatchObject({ code: 5, stdout: '' });
    expect(await world.run(['logs', 'lone', '-c', '7'])).toMatchObject({ code: 5, stdout: '' });
    expect(await world.run(['logs', 'lone', '--tail', 'many'])).toMatchObject({ code: 1, stdout: '' });
  });

  it('follows until the deployment is gone', async () => {
    await world.ring.declare('short', { image: 'ring-test:1', command: counting, stop_grace: '1s' });
    await world.ring.untilStatus('short', 'running');
    const running = world.start(['logs', 'short', '-f']);
    await until(
      () => linesOf(running.said.stdout).length,
      (count) => count > 5,
    );
    expect((await world.run(['delete', 'deployment', 'short', '--yes'])).code).toBe(0);
    const { code, stdout, stderr } = await running.ended;
    expect([code, stderr]).toEqual([0, '']);
    expect(linesOf(stdout)).toEqual(linesOf(stdout).map((_, index) => `n ${index}`));
  });

  it('goes on where it was when the server was away, and ends by Ctrl-C', async () => {
    await world.ring.declare('counting', { image: 'ring-test:1', command: counting });
    await world.ring.untilStatus('counting', 'running');
    const gate = await openGate(() => world.url);
    const running = world.start(['logs', 'counting', '-f'], { env: { RING_URL: gate.url } });
    const count = () => linesOf(running.said.stdout).length;
    await until(count, (lines) => lines > 5);
    await world.ring.kill();
    await until(
      () => running.said.stderr,
      (said) => said.includes('the connection is lost; trying again'),
    );
    await world.ring.start();
    await until(
      () => running.said.stderr,
      (said) => said.includes('connected again'),
    );
    const before = count();
    await until(count, (lines) => lines > before + 5);
    running.child.kill('SIGINT');
    const { code, stdout } = await running.ended;
    expect(code).toBe(130);
    expect(linesOf(stdout)).toEqual(linesOf(stdout).map((_, index) => `n ${index}`));
    await gate.close();
  });
});

describe('ring logs at a terminal', () => {
  it('colours who writes and lets no line move the cursor; without colours none come', async () => {
    const loud = ['sh', '-c', "printf 'red \\033[31mword\\033[0m \\033[2J\\007end\\n'; sleep 1000"];
    await world.ring.declare('loud', { image: 'ring-test:1', replicas: 2, command: loud });
    await world.ring.untilStatus('loud', 'running');
    const shown = await until(
      () => world.inTerminal(['logs', 'loud', '-c', '0', '--prefix'], []),
      ({ stdout }) => stdout !== '',
    );
    expect(shown).toEqual({
      code: 0,
      stdout: '\u001b[36mloud/0 |\u001b[0m red \u001b[31mword\u001b[0m end\u001b[0m\r\n',
      stderr: '',
    });
    const bare = await world.inTerminal(['logs', 'loud', '-c', '0'], [], { env: { NO_COLOR: '1' } });
    expect(bare.stdout).toBe('red word end\r\n');
    // Whoever reads from a pipe gets what was written.
    const piped = await world.run(['logs', 'loud', '-c', '0']);
    expect(piped.stdout).toBe('red \u001b[31mword\u001b[0m \u001b[2J\u0007end\n');
  });

  it('ends by Ctrl-C with 130', async () => {
    const { code, stdout } = await world.inTerminal(
      ['logs', 'lone', '-f'],
      [{ after: 'alone', keys: '\u0003' }],
    );
    expect([code, stdout]).toEqual([130, expect.stringContaining('alone')]);
  });
});
