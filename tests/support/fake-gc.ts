/** Sets up garbage collection on fakes: a store in memory and a fake engine. */
import type { Store } from '../../adapters/knex/store.ts';
import { RingError } from '../../core/errors.ts';
import { collectGarbage, previewGc } from '../../core/gc/clean.ts';
import type { GarbageCollector } from '../../core/gc/collector.ts';
import type { GcTerms } from '../../core/gc/plan.ts';
import type { Clock } from '../../core/ports.ts';
import type { FakeRuntime } from './fake-runtime.ts';
import { silentLog } from './silent-log.ts';

/** The terms as they are by default. */
export const someTerms: GcTerms = {
  automatic: true,
  everyMs: 600_000,
  imageGraceMs: 86_400_000,
  eventsKept: 1000,
  historyAgeMs: 90 * 86_400_000,
};

/** What stands around a gc. */
export interface FakeHouseWorld {
  readonly runtime: FakeRuntime;
  readonly clock: Pick<Clock, 'now'>;
  readonly terms?: GcTerms;
}

/** A collector that takes the lease for each collection. */
export function makeFakeGc(
  { gc: store, reconciler }: Store,
  { runtime, clock, terms = someTerms }: FakeHouseWorld,
): GarbageCollector {
  const ports = { store, reconciler, runtime, clock, log: silentLog };
  return {
    look: () => previewGc(ports, terms),
    async clean() {
      const lease = await reconciler.acquireLease(60_000);
      if (!lease) throw new RingError('RECONCILER_BUSY', 'Another process is reconciling right now');
      try {
        return await collectGarbage({ ports, terms, lease, mayGoOn: () => true });
      } finally {
        await reconciler.releaseLease(lease);
      }
    },
  };
}
