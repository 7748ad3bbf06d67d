/** One line of a deployment's logs, as the API shows it. */
import * as v from 'valibot';
import { runOfSlot } from '../run/run.ts';
import type { Instance, LogLine } from '../runtime.ts';

const entry = v.object({
  message: v.string(),
  timestamp: v.string(),
  stream: v.picklist(['stdout', 'stderr']),
  container: v.string(),
  /** Of a job: which part of its run. */
  replica: v.number(),
});

/** A line with its time before it, as the contract has it, and where it came from beside it. */
export interface LogEntry extends v.InferOutput<typeof entry> {}
/** Documents a {@link LogEntry}. */
export const LogEntry: v.GenericSchema<LogEntry> = entry;

/** The entry for a line of an instance. */
export const toEntry = ({ at, stream, message }: LogLine, instance: Instance): LogEntry => ({
  message: `${at} ${message}`,
  timestamp: at,
  stream,
  container: instance.id,
  replica: runOfSlot(instance.identity.slot).index,
});
