/** The Changes port of the store in memory: waiting callers are notified by the write itself, of any process. */
import type { Changes } from '../../core/event/changes.ts';
import type { FakeData } from './fake-data.ts';

/** What it is told by. */
interface Written {
  readonly data: FakeData;
  readonly waiting: Set<() => void>;
}

/** Changes of a database in memory. */
export const makeFakeChanges = (database: Written, read: () => Promise<FakeData>): Changes => ({
  position: async () => String((await read()).changes),
  after: (position, signal) =>
    new Promise((resolve) => {
      if (signal.aborted || String(database.data.changes) !== position) return resolve();
      const tell = () => {
        database.waiting.delete(tell);
        signal.removeEventListener('abort', tell);
        resolve();
      };
      database.waiting.add(tell);
      signal.addEventListener('abort', tell, { once: true });
    }),
});
