/** What writing the results of health checks costs the rest: nothing that was made of the database is made again. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openStore } from '../../../adapters/knex/store.ts';
import { insertAll } from '../../contracts/store-harness.ts';
import { aHealthRecord } from '../../support/health.ts';
import { aDeployment } from '../../support/records.ts';

it('leaves a list that was made before as it is', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'ring-health-'));
  const store = await openStore({ filename: join(directory, 'ring.db') });
  try {
    await insertAll(store, aDeployment());
    let made = 0;
    const list = () => store.cache.value('list', async () => (made += 1));
    await list();
    await store.healthRecords.save([aHealthRecord()]);
    await list();
    expect(made).toBe(1);
    await insertAll(store, aDeployment({ name: 'api' }));
    expect(await list()).toBe(2);
  } finally {
    await store.close();
    await rm(directory, { recursive: true });
  }
});
