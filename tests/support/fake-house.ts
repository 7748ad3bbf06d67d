/** A house on fakes: what is kept stands in a store in memory, what lies about on a fake engine. */
import type { Store } from '../../adapters/knex/store.ts';
import { RingError } from '../../core/errors.ts';
import { cleanHouse, lookAtHouse } from '../../core/gc/clean.ts';
import type { House } from '../../core/gc/house.ts';
import type { HouseTerms } from '../../core/gc/plan.ts';
import type { Clock } from '../../core/ports.ts';
import type { FakeRuntime } from './fake-runtime.ts';
import { silentLog } from './silent-log.ts';

/** The terms as they are by default. */
export const someTerms: HouseTerms = {
  automatic: true,
  everyMs: 600_000,
  imageGraceMs: 86_400_000,
  eventsKept: 1000,
  historyAgeMs: 90 * 86_400_000,
};

/** What stands around a house. */
export interface FakeHouseWorld {
  readonly runtime: FakeRuntime;
  readonly clock: Pick<Clock, 'now'>;
  readonly terms?: HouseTerms;
}

/** A house that takes the lease for each turn. */
export function makeFakeHouse(
  { house: store, reconciler }: Store,
  { runtime, clock, terms = someTerms }: FakeHouseWorld,
): House {
  const ports = { store, reconciler, runtime, clock, log: silentLog };
  return {
    look: () => lookAtHouse(ports, terms),
    async clean() {
      const lease = await reconciler.acquireLease(60_000);
      if (!lease) throw new RingError('RECONCILER_BUSY', 'Another process is reconciling right now');
      try {
        return await cleanHouse({ ports, terms, lease, mayGoOn: () => true });
      } finally {
        await reconciler.releaseLease(lease);
      }
    },
  };
}
