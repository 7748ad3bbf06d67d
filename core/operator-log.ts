/** The operator's log where it may also be told what only those want to know who look for something. */
import type { Log } from './ports.ts';

/** A log with a fourth level. */
export interface OperatorLog extends Log {
  /** Left out where nobody reads it, so that nothing need be put together for it. Fields never hold secrets. */
  readonly debug?: ((message: string, fields?: Readonly<Record<string, unknown>>) => void) | undefined;
}
