/** A log that discards everything. */
import type { Log } from '../../core/ports.ts';

/** Drops every line. */
export const silentLog: Log = { info: () => undefined, warn: () => undefined, error: () => undefined };
