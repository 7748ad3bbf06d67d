/** When garbage is collected: slowly, soon after a change, and by whoever comes first. */
import { expect, it } from 'vitest';
import { makeGcLoop } from '../../../adapters/loop/gc.ts';
import { RingError } from '../../../core/errors.ts';
import type { GcTerms } from '../../../core/gc/plan.ts';
import { someTerms } from '../../support/fake-gc.ts';
import { makeFakeRuntime } from '../../support/fake-runtime.ts';
import { makeFakeStore } from '../../support/fake-store.ts';
import { silentLog } from '../../support/silent-log.ts';
import { makeFakeClock } from './fake-loop.ts';

const minute = 60_000;

async function openKeeper(terms: Partial<GcTerms> = {}) {
  const clock = makeFakeClock();
  const runtime = makeFakeRuntime({ now: clock.now });
  const store = makeFakeStore({ now: clock.now });
  const turns: number[] = [];
  const world = { busy: false };
  const keeper = makeGcLoop(
    {
      ...{ store: store.gc, reconciler: store.reconciler, runtime, clock, log: silentLog },
      async runUnderLease(work) {
        turns.push(clock.now() / minute);
        if (world.busy) throw new RingError('RECONCILER_BUSY', 'busy');
        const lease = await store.reconciler.acquireLease(1_000);
        if (!lease) throw new Error('The lease is held');
        return work(lease, () => true).finally(() => store.reconciler.releaseLease(lease));
      },
    },
    { ...someTerms, everyMs: 10 * minute, ...terms },
  );
  return { clock, runtime, store, keeper, turns, world };
}

it('is kept a minute after the start, and then every ten minutes and one', async () => {
  const { clock, keeper, turns } = await openKeeper();
  keeper.start();
  await clock.pass(25 * minute);
  await keeper.stop(0);
  expect(turns).toEqual([0 + 1, 12, 23]);
});

it('is kept a minute after deployments changed, however often they did', async () => {
  const { clock, keeper, turns } = await openKeeper();
  keeper.start();
  await clock.pass(3 * minute);
  keeper.noteChange();
  keeper.noteChange();
  await clock.pass(3 * minute);
  await keeper.stop(0);
  expect(turns).toEqual([1, 4]);
});

it('is not kept before its time after a restart', async () => {
  const { clock, keeper, turns, store } = await openKeeper();
  const lease = await store.reconciler.acquireLease(1_000);
  if (lease) await store.gc.noteRan(lease, clock.now());
  if (lease) await store.reconciler.releaseLease(lease);
  keeper.start();
  await clock.pass(9 * minute);
  expect(turns).toEqual([]);
  await clock.pass(3 * minute);
  await keeper.stop(0);
  expect(turns).toEqual([11]);
});

it('is left alone where that is wanted, and is kept on request all the same', async () => {
  const { clock, keeper, turns, runtime } = await openKeeper({ automatic: false });
  await runtime.ensureNetwork('abandoned');
  keeper.start();
  await keeper.collectIfDue();
  await clock.pass(60 * minute);
  expect([turns, (await keeper.look()).automatic]).toEqual([[], false]);
  expect((await keeper.clean()).removed).toMatchObject([{ id: 'abandoned' }]);
  await keeper.stop(0);
});

it('is kept once by those who ask at once, and by no second process', async () => {
  const { keeper, turns, world } = await openKeeper();
  const [first, second, third] = await Promise.all([keeper.clean(), keeper.clean(), keeper.clean()]);
  expect([turns.length, second === third, first.failed]).toEqual([2, true, []]);
  world.busy = true;
  await expect(keeper.clean()).rejects.toMatchObject({ code: 'RECONCILER_BUSY' });
});

it('is kept by a single reconcile only when its time has come', async () => {
  const { clock, keeper, turns, world } = await openKeeper();
  await keeper.collectIfDue();
  await keeper.collectIfDue();
  await clock.pass(10 * minute);
  await keeper.collectIfDue();
  await clock.pass(10 * minute);
  world.busy = true;
  await keeper.collectIfDue();
  expect(turns).toEqual([0, 10, 20]);
});

it('begins nothing more once it is stopped', async () => {
  const { clock, keeper, turns } = await openKeeper();
  keeper.start();
  await keeper.stop(1_000);
  await clock.pass(60 * minute);
  expect([turns, clock.sleepers()]).toEqual([[], 0]);
});
