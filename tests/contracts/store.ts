/** What every store must do, whatever keeps it: run on a SQLite file and on the store in memory. */
import { afterEach, beforeEach, describe } from 'vitest';
import { storeKeepsAccess } from './store-access.ts';
import { storeTellsOfChanges } from './store-changes.ts';
import { storeKeepsConfigs } from './store-configs.ts';
import { storeKeepsDeployments } from './store-deployments.ts';
import { storeCountsEvents } from './store-event-counts.ts';
import { storeFeedsEvents } from './store-event-feed.ts';
import { storeKeepsEvents } from './store-events.ts';
import { storeCollectsGarbage } from './store-gc.ts';
import type { StoreHarness } from './store-harness.ts';
import { storeKeepsHealth } from './store-health.ts';
import { storeLeases } from './store-lease.ts';
import { storeListsDeployments } from './store-lists.ts';
import { storeKeepsNamespaces } from './store-namespaces.ts';
import { storeListsParts } from './store-parts.ts';
import { storeRecords } from './store-record.ts';
import { storeKeepsRequestKeys } from './store-request-keys.ts';
import { storeKeepsRevisions } from './store-revisions.ts';
import { storeKeepsRuns } from './store-runs.ts';
import { storeKeepsSecrets } from './store-secrets.ts';
import { storeWrites } from './store-write.ts';

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
    storeTellsOfChanges(current);
    storeKeepsDeployments(current);
    storeKeepsRevisions(current);
    storeKeepsRuns(current);
    storeListsDeployments(current);
    storeListsParts(current);
    storeKeepsEvents(current);
    storeCountsEvents(current);
    storeFeedsEvents(current);
    storeKeepsHealth(current);
    storeCollectsGarbage(current);
    storeKeepsAccess(current);
    storeKeepsConfigs(current);
    storeKeepsNamespaces(current);
    storeKeepsSecrets(current);
    storeKeepsRequestKeys(current);
    storeLeases(current);
    storeRecords(current);
  });
