/**
 * How those who wait for something hear that it may have come: whoever waits looks, waits for a change, and looks again.
 * What was changed is for the look to find out.
 */
import type { AbortSignalLike } from '../runtime.ts';

/** Tells that something was written to the database, by this process or by another one. */
export interface Changes {
  /** What stands now: another text after each write. Read it before looking, so that nothing in between is missed. */
  position(): Promise<string>;
  /**
   * Resolves once something was written since `position`: at once for writes of this process, within 250 ms for those
   * of others; or when the signal aborts. While nobody waits it costs nothing.
   */
  after(position: string, signal: AbortSignalLike): Promise<void>;
}
