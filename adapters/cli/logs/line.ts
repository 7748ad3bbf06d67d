/** How a line of a log is shown: what stands before it, in which colour, and what of it may reach a terminal. */
import type { LogEntry } from '../../../core/log/entry.ts';
import type { Colour, Paint } from '../paint.ts';

/** A line, and the deployment it is of. */
export interface LogLine {
  readonly deployment: string;
  readonly entry: LogEntry;
}

/** How lines are shown. */
export interface LineTerms {
  /** Whether each line says which replica of which deployment wrote it. */
  readonly hasPrefix: boolean;
  readonly hasTime: boolean;
  /** For a person at a terminal, or as it is. */
  readonly forTerminal: boolean;
  readonly paint: Paint;
}

const palette = ['cyan', 'yellow', 'green', 'magenta', 'blue'] as const satisfies readonly Colour[];

/** Makes what writes lines; what stands before them grows as wide as was needed so far, and each replica keeps its colour. */
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

/** What was written, without the time that the API puts before it. */
export const messageOf = ({ message, timestamp }: LogEntry): string =>
  message.startsWith(`${timestamp} `) ? message.slice(timestamp.length + 1) : message;

const esc = '\u001b';
// Colours; what else a terminal takes for a command, whole; single characters that are no text.
const commands = `${esc}(?:\\[[0-?]*[ -/]*[@-~]|\\][^\u0007${esc}]*(?:\u0007|${esc}\\\\)?|.)?`;
const sequences = new RegExp(`${commands}|(?!\t)\\p{Cc}`, 'gu');
const colour = new RegExp(`^${esc}\\[[0-9;]*m$`);

/**
 * What may reach a terminal: colours, where there are any, and tabs. Whatever would move the cursor, ring, or write into
 * the title is left out; a carriage return counts as the beginning of the line.
 */
export function forTerminal(text: string, paint: Paint): string {
  const coloured = paint('dim', ' ') !== ' ';
  const last = text.replace(/\r+$/, '').split('\r').at(-1) ?? '';
  const clean = last.replace(sequences, (found) => (coloured && colour.test(found) ? found : ''));
  return clean.includes(esc) ? `${clean}${esc}[0m` : clean;
}
