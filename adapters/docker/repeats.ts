/**
 * Recognises lines that the engine delivers again while a log is followed: after a rotation it goes some lines back.
 * A clock that was set back goes back in time as well, but brings new lines.
 */
import { createHash } from 'node:crypto';
import type { LogLine } from '../../core/runtime.ts';

/** What is known of one line: how often it came, and how often it was delivered again in this pass. */
interface Known {
  count: number;
  pass: number;
  repeated: number;
}

/** A rotation repeats about ten lines. */
const remembered = 1000;
/** A longer message is known by its hash. */
const longestKey = 64;

/** Whether a line of one of the streams was delivered before. Remembers the last thousand lines of each. */
export const makeRepeats = (): ((line: LogLine) => boolean) => {
  const streams = { stdout: makeStreamRepeats(), stderr: makeStreamRepeats() };
  return (line) => streams[line.stream](line);
};

const makeStreamRepeats = () => {
  const known = new Map<string, Known>();
  let pass = 0;
  let lastAt = '';

  return (line: LogLine): boolean => {
    // Each jump back in time may be the beginning of a repetition.
    if (line.at < lastAt) pass += 1;
    lastAt = line.at;
    const key = keyOf(line);
    const before = known.get(key) ?? { count: 0, pass, repeated: 0 };
    const repeated = before.pass === pass ? before.repeated : 0;
    const isRepeat = repeated < before.count;
    const count = isRepeat ? before.count : before.count + 1;
    // Used last, forgotten last.
    known.delete(key);
    known.set(key, { count, pass, repeated: repeated + 1 });
    const [oldest] = known.keys();
    if (known.size > remembered && oldest !== undefined) known.delete(oldest);
    return isRepeat;
  };
};

const keyOf = ({ at, message }: LogLine): string =>
  `${at} ${message.length > longestKey ? createHash('sha1').update(message).digest('base64') : message}`;
