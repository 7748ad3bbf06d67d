/**
 * The operator's log: JSON lines by pino, and what may be said of an error in them. Which things are worth a line is
 * decided by whoever calls.
 */
import { type DestinationStream, destination, pino } from 'pino';
import { RingError } from '../../core/errors.ts';
import type { Log } from '../../core/ports.ts';

/** From the quietest to the most talkative. */
export type LogLevel = 'silent' | 'error' | 'warn' | 'info' | 'debug';

type Fields = Readonly<Record<string, unknown>>;

// A net under the rule that fields never hold secrets.
const censored = /passw|secret|token|authorization|credential|cookie/i;
const messageLength = 300;

/** Writes JSON lines to stderr, or to `stream`. Errors are told by name, code and message: no stack, no SQL. */
export const openLog = ({
  level,
  stream,
}: {
  readonly level: LogLevel;
  readonly stream?: DestinationStream;
}): Log => {
  const options = { level, base: null, timestamp: pino.stdTimeFunctions.isoTime };
  const logger = pino(
    { ...options, formatters: { level: (label) => ({ level: label }) } },
    stream ?? destination({ fd: 2, sync: true }),
  );
  return {
    info: (message, fields) => logger.info(presentable(fields), message),
    warn: (message, fields) => logger.warn(presentable(fields), message),
    error: (message, fields) => logger.error(presentable(fields), message),
  };
};

function presentable(fields: Fields = {}): Fields {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => {
      if (censored.test(name) && typeof value !== 'boolean') return [name, '***'];
      return [name, value instanceof Error ? describe(value) : value];
    }),
  );
}

/** What a log line may say of an error and, one step down, of its cause. */
function describe(error: Error): Fields {
  const code = 'code' in error && typeof error.code === 'string' ? { code: error.code } : {};
  const cause = error.cause instanceof Error ? { cause: describe(error.cause) } : {};
  const at = error instanceof RingError && error.code !== 'INTERNAL' ? {} : whereFrom(error);
  return { name: error.name, ...code, message: withoutSql(error.message), ...at, ...cause };
}

// The database driver begins its messages with the statement, values included: "insert into ... - SQLITE_FULL: ...".
function withoutSql(message: string): string {
  const statement = /^\s*(select|insert|update|delete|replace|with|begin|commit|create|alter|drop|pragma)\b/i;
  const said = statement.test(message) ? (message.split(' - ').slice(1).at(-1) ?? message) : message;
  const line = said.split('\n', 1)[0] ?? '';
  return statement.test(line) ? 'the database refused a statement' : line.slice(0, messageLength);
}

// One place in the code, so that a fault of our own can be found without showing a stack.
function whereFrom(error: Error): { at?: string } {
  const frame = /([\w.-]+\.[cm]?[jt]s:\d+):\d+\)?$/m.exec(error.stack ?? '')?.[1];
  return frame ? { at: frame } : {};
}
