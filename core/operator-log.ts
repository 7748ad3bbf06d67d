/** The operator's log with an additional debug level. */
import type { Log } from './ports.ts';

/** A log with a fourth level, debug. */
export interface OperatorLog extends Log {
  /**
   * Undefined when the debug level is off, so that callers can skip preparing its fields. Fields never hold secrets.
   */
  readonly debug?: ((message: string, fields?: Readonly<Record<string, unknown>>) => void) | undefined;
}
