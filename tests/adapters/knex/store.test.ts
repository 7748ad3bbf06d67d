/** Runs the suite of stores on a SQLite file. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStore, type Store } from '../../../adapters/knex/store.ts';
import { describeStore } from '../../contracts/store.ts';

describeStore('in a SQLite file', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'ring-store-'));
  const opened: Store[] = [];
  return {
    async open(options = {}) {
      const store = await openStore({ filename: join(directory, 'ring.db'), ...options });
      opened.push(store);
      return store;
    },
    async close() {
      for (const store of opened) await store.close();
      await rm(directory, { recursive: true });
    },
  };
});
