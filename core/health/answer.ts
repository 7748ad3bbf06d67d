/** One stored answer to a health check. How it is obtained is decided in ask.ts, what it means in verdict.ts. */

/** The number of answers kept for each check. */
export const answersKept = 10;

/** The outcome of one execution of a check. */
export interface Answer {
  /** When the check was executed, ms since 1970. */
  readonly at: number;
  /**
   * Whether the check succeeded; null: it could not be executed, because the engine or the container was unreachable,
   * and the answer does not count.
   */
  readonly ok: boolean | null;
  /** The HTTP status, of an http check that was answered. */
  readonly status: number | null;
  /** The exit code, of a command that ended. */
  readonly exitCode: number | null;
  readonly durationMs: number;
  /**
   * The beginning of the response or output: at most 256 characters, without control characters other than line breaks.
   */
  readonly excerpt: string;
  /** Why the check did not succeed; null for a success. */
  readonly error: string | null;
}

const excerptLength = 256;

/** Shortens a text to its beginning and replaces control characters, so that it can be stored and shown. */
export const excerptOf = (text: string): string =>
  [...text.slice(0, 4 * excerptLength).replaceAll('\r\n', '\n')]
    .slice(0, excerptLength)
    .join('')
    .replace(/[^\P{C}\n\t]/gu, '\u{fffd}');
