/** What every store must do, whatever keeps it: run on a SQLite file and on the store in memory. */
import { afterEach, beforeEach, describe } from 'vitest';
import type { Store } from '../../adapters/knex/store.ts';
import { storeKeepsAccess } from './store-access.ts';
import { storeKeepsConfigs } from './store-configs.ts';
import { storeKeepsDeployments } from './store-deployments.ts';
import { storeKeepsEvents } from './store-events.ts';
import { storeLeases } from './store-lease.ts';
import { storeListsDeployments } from './store-lists.ts';
import { storeRecords } from './store-record.ts';
import { storeWrites } from './store-write.ts';

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

/** The whole suite for one kind of store. */
export const describeStore = (name: string, makeHarness: () => Promise<StoreHarness>) =>
  describe(`the store ${name}`, () => {
    let harness: StoreHarness;
    beforeEach(async () => {
      harness = await makeHarness();
    });
    afterEach(() => harness.close());
    const current = () => harness;
    storeWrites(current);
    storeKeepsDeployments(current);
    storeListsDeployments(current);
    storeKeepsEvents(current);
    storeKeepsAccess(current);
    storeKeepsConfigs(current);
    storeLeases(current);
    storeRecords(current);
  });
