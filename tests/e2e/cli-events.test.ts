/** `ring events` against a real server: what happened, and what happens, over a restart of the server too. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CommandWorld, openCommandWorld } from '../support/command-world.ts';
import { openGate } from '../support/gate.ts';
import { until } from '../support/until.ts';

let world: CommandWorld;
beforeAll(async () => {
  world = await openCommandWorld({ env: { RING_INTERVAL: '1s' } });
  await world.ring.declare('web', { image: 'ring-test:1' });
  await world.ring.declare('api.shop', { image: 'ring-test:1' });
  await world.ring.untilStatus('web', 'running');
  await world.ring.untilStatus('api', 'running');
});
afterAll(() => world.close());

const linesOf = (text: string): readonly string[] => text.split('\n').slice(0, -1);
const parsed = (text: string) => linesOf(text).map((line) => JSON.parse(line));
const reasons = (events: readonly { readonly reason: string }[]) => events.map(({ reason }) => reason);

describe('ring events', () => {
  it('lists what happened to one deployment, the newest last', async () => {
    const { code, stdout, stderr } = await world.run(['events', 'web']);
    const [head = '', ...lines] = linesOf(stdout);
    expect([code, stderr, head.split(/ {2,}/)]).toEqual([
      0,
      '',
      ['SEEN', 'LEVEL', 'REASON', 'COUNT', 'MESSAGE'],
    ]);
    expect(lines[0]).toMatch(/^ *\d+s +info +DeploymentCreated +1 +\S/);
    expect(lines.some((line) => line.includes('ContainerStarted'))).toBe(true);
  });

  it('lists those of all, of a namespace, of a level, and so many', async () => {
    const all = JSON.parse((await world.run(['events', '-o', 'json'])).stdout);
    expect(new Set(all.map((one: { deployment: string }) => one.deployment))).toEqual(
      new Set(['web', 'api']),
    );
    const shop = JSON.parse((await world.run(['events', '-n', 'shop', '-o', 'json'])).stdout);
    expect(new Set(shop.map((one: { namespace: string }) => one.namespace))).toEqual(new Set(['shop']));
    const newest = JSON.parse((await world.run(['events', 'web', '--limit', '2', '-o', 'json'])).stdout);
    expect(reasons(newest)).toEqual(
      reasons(all.filter((one: { deployment: string }) => one.deployment === 'web')).slice(-2),
    );
    expect(await world.run(['events', 'web', '--level', 'error'])).toEqual({
      code: 0,
      stdout: '',
      stderr: 'There are no events\n',
    });
  });

  it('says what is not there, also when it is to be followed', async () => {
    const nobody = { code: 5, stdout: '', stderr: expect.stringMatching(/^ring: [^\n]+not found[^\n]*\n$/i) };
    expect(await world.run(['events', 'nobody'])).toEqual(nobody);
    expect(await world.run(['events', 'nobody', '-f'])).toEqual(nobody);
  });

  it('follows one deployment until it is gone', async () => {
    await world.ring.declare('short', { image: 'ring-test:1', stop_grace: '1s' });
    await world.ring.untilStatus('short', 'running');
    const running = world.start(['events', 'short', '-f']);
    await until(
      () => running.said.stdout,
      (said) => said.includes('ContainerStarted'),
    );
    await world.ring.call('DELETE', '/deployments/short');
    const { code, stdout, stderr } = await running.ended;
    expect([code, stderr]).toEqual([0, '']);
    for (const line of linesOf(stdout)) {
      expect(line).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ {2}(info|warning|error) +[A-Z]\w+ {2}\S/);
    }
    expect(stdout).toContain('DeploymentDeleted');
  });

  it('follows all over a restart of the server, misses nothing and repeats nothing', async () => {
    const gate = await openGate(() => world.url);
    const running = world.start(['events', '-f', '-o', 'json'], { env: { RING_URL: gate.url } });
    await until(
      () => running.said.stdout,
      (said) => said.includes('DeploymentCreated'),
    );
    await world.ring.kill();
    await world.ring.start();
    await world.ring.declare('web', { image: 'ring-test:1', replicas: 2 });
    await until(
      () => running.said.stdout,
      (said) => said.includes('"ScaledUp"'),
    );
    running.child.kill('SIGINT');
    const { code, stdout, stderr } = await running.ended;
    expect([code, stderr]).toEqual([130, expect.stringContaining('connected again')]);
    const told = parsed(stdout).map(({ id, count }) => `${id} ${count}`);
    expect(told).toEqual([...new Set(told)]);
    await gate.close();
  });

  it('colours levels at a terminal, and ends there by Ctrl-C', async () => {
    const { code, stdout } = await world.inTerminal(
      ['events', 'web', '-f'],
      [{ after: 'DeploymentCreated', keys: '\u0003' }],
    );
    expect([code, stdout]).toEqual([130, expect.stringContaining('\u001b[2m')]);
  });
});
