/** What the host has is asked only where somebody requests some of it, and what was once known outlives a bad moment. */
import { expect, it } from 'vitest';
import { makeCapacityReader } from '../../../../core/reconcile/gate/capacity.ts';
import { makeFakeRuntime } from '../../../support/fake-runtime.ts';
import { silentLog } from '../../../support/silent-log.ts';
import { aDesired } from '../../../support/subjects.ts';
import { makeVirtualClock } from '../../../support/virtual-clock.ts';

const modest = aDesired();
const greedy = aDesired({ spec: { requests: { nanoCpus: null, memoryBytes: 1 } } });

function world() {
  const clock = makeVirtualClock();
  const runtime = makeFakeRuntime({ now: clock.now, memoryBytes: 1024 });
  const reader = makeCapacityReader({ runtime, clock, log: silentLog });
  const asked = () => runtime.calls.filter(({ name }) => name === 'capacity').length;
  return { ...{ clock, runtime, reader }, asked };
}

const known = { memoryBytes: 1024, nanoCpus: 4e9 };

it('asks nothing where nobody requests anything', () => {
  const { reader, asked } = world();
  expect([reader.isAwaited([modest]), reader.read([modest]), asked()]).toEqual([false, null, 0]);
});

it('is awaited before anything is known, and asks once in ten minutes', async () => {
  const { clock, reader, asked } = world();
  expect(reader.isAwaited([modest, greedy])).toBe(true);
  await reader.ask();
  for (const _again of [1, 2, 3]) expect(reader.read([modest, greedy])).toEqual(known);
  expect([reader.isAwaited([greedy]), asked()]).toEqual([false, 1]);
  await clock.pass(600_000);
  expect([reader.isAwaited([greedy]), reader.read([greedy]), asked()]).toEqual([false, known, 2]);
});

it('goes by what it knew while the engine does not answer', async () => {
  const { clock, runtime, reader } = world();
  await reader.ask();
  await clock.pass(600_000);
  runtime.hang('capacity');
  for (const _again of [1, 2]) expect(reader.read([greedy])).toEqual(known);
  expect(reader.isAwaited([greedy])).toBe(false);
  runtime.release();
});

it('does not ask again within a minute of a try that failed', async () => {
  const { clock, runtime, reader, asked } = world();
  runtime.down();
  await reader.ask();
  expect([reader.isAwaited([greedy]), reader.read([greedy])]).toEqual([false, null]);
  const tries = asked();
  await clock.pass(59_999);
  expect([reader.read([greedy]), asked()]).toEqual([null, tries]);
  runtime.up();
  await clock.pass(1);
  expect(reader.isAwaited([greedy])).toBe(true);
  await reader.ask();
  expect(reader.read([greedy])).toEqual(known);
});
