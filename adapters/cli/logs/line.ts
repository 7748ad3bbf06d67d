/** Formats a line of a log: its prefix and colours, and which control characters may reach a terminal. */
import type { LogEntry } from '../../../core/log/entry.ts';
import type { Colour, Paint } from '../paint.ts';

/** A line and its deployment. */
export interface LogLine {
  readonly deployment: string;
  readonly entry: LogEntry;
}

/** How lines are formatted. */
export interface LineTerms {
  /** Whether each line names the replica and the deployment that wrote it. */
  readonly hasPrefix: boolean;
  readonly hasTime: boolean;
  /** Whether lines are made safe for a terminal; otherwise they are unchanged. */
  readonly forTerminal: boolean;
  readonly paint: Paint;
}

const palette = ['cyan', 'yellow', 'green', 'magenta', 'blue'] as const satisfies readonly Colour[];

/**
 * Makes a formatter of lines. Its prefix column grows to the widest prefix so far, and each replica keeps its colour.
 */
export const makeLineWriter = (terms: LineTerms): ((line: LogLine) => string) => {
  const colours = new Map<string, Colour>();
  let width = 0;
  const prefixOf = (who: string): string => {
    const colour = colours.get(who) ?? palette[colours.size % palette.length] ?? 'cyan';
    colours.set(who, colour);
    width = Math.max(width, who.length);
    return terms.paint(colour, `${who.padEnd(width)} |`);
  };
  return ({ deployment, entry }) => {
    const words = messageOf(entry);
    return [
      ...(terms.hasPrefix ? [prefixOf(`${deployment}/${entry.replica}`)] : []),
      ...(terms.hasTime ? [terms.paint('dim', entry.timestamp)] : []),
      terms.forTerminal ? forTerminal(words, terms.paint) : words,
    ].join(' ');
  };
};

/** Returns the message without the timestamp that the API puts before it. */
export const messageOf = ({ message, timestamp }: LogEntry): string =>
  message.startsWith(`${timestamp} `) ? message.slice(timestamp.length + 1) : message;

const esc = '\u001b';
// Colours; other terminal escape sequences, as a whole; single control characters.
const commands = `${esc}(?:\\[[0-?]*[ -/]*[@-~]|\\][^\u0007${esc}]*(?:\u0007|${esc}\\\\)?|.)?`;
const sequences = new RegExp(`${commands}|(?!\t)\\p{Cc}`, 'gu');
const colour = new RegExp(`^${esc}\\[[0-9;]*m$`);

/**
 * Makes a text safe for a terminal: keeps tabs and, where enabled, colours. Everything that would move the cursor, ring
 * the bell or change the title is removed; a carriage return counts as the beginning of the line.
 */
export function forTerminal(text: string, paint: Paint): string {
  const coloured = paint('dim', ' ') !== ' ';
  const last = text.replace(/\r+$/, '').split('\r').at(-1) ?? '';
  const clean = last.replace(sequences, (found) => (coloured && colour.test(found) ? found : ''));
  return clean.includes(esc) ? `${clean}${esc}[0m` : clean;
}
