/** How many revisions a database keeps is the operator's to say. */
import { expect, it } from 'vitest';
import { openStore } from '../../../adapters/knex/store.ts';
import { aDeployment, aRevision } from '../../support/records.ts';

it.each([
  [1, [5]],
  [3, [5, 4, 3]],
])('keeps %i', async (revisionsKept, kept) => {
  const store = await openStore({ filename: ':memory:', revisionsKept });
  try {
    await store.write(async ({ deployments }) => {
      await deployments.insert(aDeployment(), aRevision());
      for (const number of [2, 3, 4, 5]) await deployments.addRevision(aRevision({ number }));
    });
    const found = await store.stores.deployments.revisions('uid-web');
    expect(found.map(({ number }) => number)).toEqual(kept);
  } finally {
    await store.close();
  }
});
