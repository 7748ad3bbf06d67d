/** One answer to a health check, as it is kept; how it is asked for is decided in ask.ts, what it means in verdict.ts. */

/** How many answers to one check are kept. */
export const answersKept = 10;

/** What came of asking once. */
export interface Answer {
  /** When it was asked, ms since 1970. */
  readonly at: number;
  /** null: nobody could ask, because the engine or the container was not to be reached. It counts for nothing. */
  readonly ok: boolean | null;
  /** Of an http check that was answered. */
  readonly status: number | null;
  /** Of a command that ended. */
  readonly exitCode: number | null;
  readonly durationMs: number;
  /** The beginning of what was answered or written: at most 256 characters, no control characters but line breaks. */
  readonly excerpt: string;
  /** Why it is no success; null for one. */
  readonly error: string | null;
}

const excerptLength = 256;

/** The beginning of any text, fit to be kept and shown. */
export const excerptOf = (text: string): string =>
  [...text.slice(0, 4 * excerptLength).replaceAll('\r\n', '\n')]
    .slice(0, excerptLength)
    .join('')
    .replace(/[^\P{C}\n\t]/gu, '\u{fffd}');
