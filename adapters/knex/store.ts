/** The store as the rest of Ring sees it: everything behind core/ports.ts that a database keeps. */
import type { Cache, DatabaseHealth, ReconcilerStore, Stores, Write } from '../../core/ports.ts';

/** One open database. */
export interface Store {
  /** For reading; what changes anything goes through `write` and is refused here. */
  readonly stores: Stores;
  readonly write: Write;
  readonly reconciler: ReconcilerStore;
  readonly cache: Cache;
  readonly health: DatabaseHealth;
  /** Names this installation for ever: it is made with the database. */
  readonly installationId: string;
  /** Ends after what is under way. A lease that is still held runs out by itself. */
  close(): Promise<void>;
}
