/** `ring top` against a real server: figures of containers that run, once and again and again. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CommandWorld, openCommandWorld } from '../support/command-world.ts';
import { until } from '../support/until.ts';

let world: CommandWorld;
beforeAll(async () => {
  world = await openCommandWorld();
  await world.ring.declare('idle.shop', { image: 'ring-test:1', replicas: 2 });
  const busy = ['sh', '-c', 'while true; do :; done'];
  const resources = { limits: { cpu: '200m', memory: '64m' } };
  await world.ring.declare('busy', { image: 'ring-test:1', command: busy, resources });
  await world.ring.untilStatus('idle', 'running');
  await world.ring.untilStatus('busy', 'running');
});
afterAll(() => world.close());

const rowsOf = (text: string) =>
  text
    .split('\n')
    .slice(0, -1)
    .map((line) => line.trim().split(/ {2,}/));

describe('ring top', () => {
  it('shows a line for each deployment, the busiest first', async () => {
    const { code, stdout, stderr } = await world.run(['top']);
    const [head, ...rows] = rowsOf(stdout);
    expect([code, stderr, head]).toEqual([
      0,
      '',
      ['NAMESPACE', 'DEPLOYMENT', 'RUNNING', 'CPU', 'MEMORY', 'RECEIVED', 'SENT', 'PIDS'],
    ]);
    expect(rows.map(([namespace, name, running]) => [namespace, name, running])).toEqual([
      ['default', 'busy', '1'],
      ['shop', 'idle', '2'],
    ]);
    expect(rowsOf((await world.run(['top', '-n', 'shop'])).stdout).map(([, name]) => name)).toEqual([
      'DEPLOYMENT',
      'idle',
    ]);
  });

  it('shows a line for each container of those that are named', async () => {
    const { stdout } = await world.run(['top', 'idle.shop', 'busy', '--sort', 'name']);
    const [, ...rows] = rowsOf(stdout);
    expect(rows.map(([deployment, replica, state]) => [deployment, replica, state])).toEqual([
      ['busy', '0', 'running'],
      ['idle', '0', 'running'],
      ['idle', '1', 'running'],
    ]);
    expect(rows[0]).toContain('64.0 MB');
    const { stdout: json } = await world.run(['top', 'busy', '-o', 'json']);
    const [usage] = JSON.parse(json);
    expect(usage.instances[0]).toMatchObject({ replica: 0, memory_limit_bytes: 64 * 1024 ** 2 });
    expect(usage.total.cpu_percent).toBeGreaterThan(1);
  });

  it('shows them again and again in a pipe, one after the other', async () => {
    const running = world.start(['top', '--watch', '100ms', '-o', 'name']);
    await until(
      () => running.said.stdout.split('deployment/busy\n').length,
      (count) => count > 3,
    );
    running.child.kill('SIGINT');
    expect((await running.ended).code).toBe(130);
  });

  it('shows them at a terminal on a screen of its own, and leaves it at Ctrl-C', async () => {
    const { code, stdout } = await world.inTerminal(
      ['top', '-w', '200ms'],
      [
        { after: ': CPU ', keys: '' },
        { after: ': CPU ', keys: '\u0003' },
      ],
    );
    expect(code).toBe(130);
    expect(stdout.startsWith('\u001b[?1049h')).toBe(true);
    expect(stdout).toContain('busy');
    expect(stdout.trimEnd().endsWith('\u001b[?1049l')).toBe(true);
  });

  it('says what is not there', async () => {
    expect(await world.run(['top', 'nobody'])).toMatchObject({ code: 5, stdout: '' });
    expect(await world.run(['top', '-w', 'often'])).toMatchObject({ code: 1, stdout: '' });
  });
});
