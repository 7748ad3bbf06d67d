/**
 * Notifies waiting callers of database writes: they look, wait for a change, and look again. The look itself determines
 * what changed.
 */
import type { AbortSignalLike } from '../runtime.ts';

/** Notifies of writes to the database, by this process or by another one. */
export interface Changes {
  /**
   * Returns the current position, another text after each write. Read it before looking, so that no write is missed.
   */
  position(): Promise<string>;
  /**
   * Resolves after a write since `position`: at once for writes of this process, within 250 ms for those of others; or
   * when the signal aborts. Costs nothing while nobody waits.
   */
  after(position: string, signal: AbortSignalLike): Promise<void>;
}
