/**
 * Recognises lines that the engine delivers again while a log is followed: after a rotation it goes back some lines. A
 * clock that was set back also goes back in time, but delivers new lines.
 */
import { createHash } from 'node:crypto';
import type { LogLine } from '../../core/runtime.ts';

/** The state of one line: how often it was delivered in all, and how often again in this pass. */
interface Known {
  count: number;
  pass: number;
  repeated: number;
}

/** The number of lines remembered of each stream; a rotation repeats about ten. */
const remembered = 1000;
/** The longest message that is its own key; a longer one is identified by its hash. */
const longestKey = 64;

/**
 * Makes a function that returns whether a line was delivered before. It remembers the last thousand lines of each
 * stream.
 */
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
    // The line is moved to the end, because the least recently used one is dropped first.
    known.delete(key);
    known.set(key, { count, pass, repeated: repeated + 1 });
    const [oldest] = known.keys();
    if (known.size > remembered && oldest !== undefined) known.delete(oldest);
    return isRepeat;
  };
};

const keyOf = ({ at, message }: LogLine): string =>
  `${at} ${message.length > longestKey ? createHash('sha1').update(message).digest('base64') : message}`;
