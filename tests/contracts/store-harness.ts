/** What every part of the suite of stores begins with: a database of its own, deployments in it, the lease. */
import type { Store } from '../../adapters/knex/store.ts';
import type { DeploymentRecord } from '../../core/deployment/record.ts';
import type { Lease } from '../../core/ports.ts';
import { aRevision } from '../support/records.ts';

/** What a test may put in the place of the world. */
export interface HarnessOptions {
  readonly now?: () => number;
  readonly holder?: string;
  readonly isHolderDead?: (holder: string) => boolean;
}

/** One database for one test. */
export interface StoreHarness {
  /** Opens it; once more: as another process would. */
  open(options?: HarnessOptions): Promise<Store>;
  /** Closes what is open and removes the database. */
  close(): Promise<void>;
}

/** Gives the harness of the test that runs. */
export type Harness = () => StoreHarness;

/** Stores deployments, each with its first revision. */
export const insertAll = (store: Store, ...records: readonly DeploymentRecord[]): Promise<void> =>
  store.write(async ({ deployments }) => {
    for (const record of records) await deployments.insert(record, aRevision({ uid: record.uid }));
  });

/** Takes the lease, which must be free. */
export async function holdLease({ reconciler }: Store): Promise<Lease> {
  const lease = await reconciler.acquireLease(60_000);
  if (lease === null) throw new Error('The lease is held already');
  return lease;
}
