/**
 * The operator's log: JSON lines by pino, and what may be said of an error in them. Which things are worth a line is
 * decided by whoever calls.
 */
import { createRequire } from 'node:module';
import type { DestinationStream, Logger } from 'pino';
import { RingError } from '../../core/errors.ts';
import type { OperatorLog } from '../../core/operator-log.ts';

// From the quietest to the most talkative.
const levels = ['silent', 'error', 'warn', 'info', 'debug'] as const;

/** How much is said. */
export type LogLevel = (typeof levels)[number];

type Fields = Readonly<Record<string, unknown>>;

// A net under the rule that fields never hold secrets.
const censored = /passw|secret|token|authorization|credential|cookie/i;
const messageLength = 300;

/** Writes JSON lines to stderr, or to `stream`. Errors are logged by name, code and message: no stack, no SQL. */
export const openLog = ({
  level,
  stream,
}: {
  readonly level: LogLevel;
  readonly stream?: DestinationStream;
}): OperatorLog => {
  let opened: Logger | null = null;
  const logger = () => {
    opened ??= open(level, stream);
    return opened;
  };
  const silent = () => undefined;
  const write = (at: Exclude<LogLevel, 'silent'>) => {
    if (levels.indexOf(at) > levels.indexOf(level)) return silent;
    return (message: string, fields?: Fields) => logger()[at](presentable(fields), message);
  };
  const debug = level === 'debug' ? { debug: write('debug') } : {};
  return { info: write('info'), warn: write('warn'), error: write('error'), ...debug };
};

// Loaded with the first line, at once and in order: most runs that go well have little to say.
function open(level: LogLevel, stream: DestinationStream | undefined): Logger {
  const { pino }: typeof import('pino') = createRequire(import.meta.url)('pino');
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    stream ?? pino.destination({ fd: 2, sync: true }),
  );
}

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
