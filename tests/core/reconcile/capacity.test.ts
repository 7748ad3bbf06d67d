/** What the host has is asked only where somebody requests some of it, and what was once known outlives a bad moment. */
import { expect, it } from 'vitest';
import { makeCapacityReader } from '../../../core/reconcile/capacity.ts';
import { makeFakeRuntime } from '../../support/fake-runtime.ts';
import { silentLog } from '../../support/silent-log.ts';
import { aDesired } from '../../support/subjects.ts';
import { makeVirtualClock } from '../../support/virtual-clock.ts';

const modest = aDesired();
const greedy = aDesired({ spec: { requests: { nanoCpus: null, memoryBytes: 1 } } });

function world() {
  const clock = makeVirtualClock();
  const runtime = makeFakeRuntime({ now: clock.now, memoryBytes: 1024 });
  const read = makeCapacityReader({ runtime, clock, log: silentLog });
  const asked = () => runtime.calls.filter(({ name }) => name === 'capacity').length;
  return { clock, runtime, read, asked };
}

const known = { memoryBytes: 1024, nanoCpus: 4e9 };

it('asks nothing where nobody requests anything', async () => {
  const { read, asked } = world();
  expect([await read([modest]), asked()]).toEqual([null, 0]);
});

it('asks once in ten minutes', async () => {
  const { clock, read, asked } = world();
  for (const _again of [1, 2, 3]) expect(await read([modest, greedy])).toEqual(known);
  expect(asked()).toBe(1);
  await clock.pass(600_000);
  expect([await read([greedy]), asked()]).toEqual([known, 2]);
});

it('goes by what it knew while the engine does not say, and by nothing before it ever did', async () => {
  const { clock, runtime, read } = world();
  runtime.down();
  expect(await read([greedy])).toBeNull();
  runtime.up();
  expect(await read([greedy])).toEqual(known);
  runtime.down();
  await clock.pass(600_000);
  expect(await read([greedy])).toEqual(known);
});
