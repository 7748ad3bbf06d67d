/** One line of a deployment's logs, as the API shows it. */
import * as v from 'valibot';
import { runOfSlot } from '../run/run.ts';
import type { Instance, LogLine } from '../runtime.ts';

const entry = v.object({
  message: v.string(),
  timestamp: v.string(),
  stream: v.picklist(['stdout', 'stderr']),
  container: v.string(),
  /** For a job: the part of its run. */
  replica: v.number(),
});

/**
 * A line of a log: `message` begins with its time, as the API contract requires, and further fields name its source.
 */
export interface LogEntry extends v.InferOutput<typeof entry> {}
/** Documents a {@link LogEntry}. */
export const LogEntry: v.GenericSchema<LogEntry> = entry;

/** Makes the entry for a line of an instance. */
export const toEntry = ({ at, stream, message }: LogLine, instance: Instance): LogEntry => ({
  message: `${at} ${message}`,
  timestamp: at,
  stream,
  container: instance.id,
  replica: runOfSlot(instance.identity.slot).index,
});
