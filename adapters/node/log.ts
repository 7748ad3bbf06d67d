/**
 * Writes the operator's log as JSON lines with pino, and determines which parts of an error are logged. The callers
 * decide what is logged.
 */
import { createRequire } from 'node:module';
import type { DestinationStream, Logger } from 'pino';
import { RingError } from '../../core/errors.ts';
import type { OperatorLog } from '../../core/operator-log.ts';

// Ordered from the quietest to the most verbose.
const levels = ['silent', 'error', 'warn', 'info', 'debug'] as const;

/** How much is logged. */
export type LogLevel = (typeof levels)[number];

type Fields = Readonly<Record<string, unknown>>;

// A safety net for the rule that fields never contain secrets.
const censored = /passw|secret|token|authorization|credential|cookie/i;
const messageLength = 300;

/**
 * Opens a log of JSON lines on stderr, or on `stream`. Errors are logged by name, code and message: no stack, no SQL.
 */
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

// Loaded synchronously with the first line, so that lines keep their order: most successful runs log little.
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

/** Returns the loggable parts of an error and of its direct cause. */
function describe(error: Error): Fields {
  const code = 'code' in error && typeof error.code === 'string' ? { code: error.code } : {};
  const cause = error.cause instanceof Error ? { cause: describe(error.cause) } : {};
  const at = error instanceof RingError && error.code !== 'INTERNAL' ? {} : whereFrom(error);
  return { name: error.name, ...code, message: withoutSql(error.message), ...at, ...cause };
}

// The database driver begins its messages with the statement, including values: "insert into ... - SQLITE_FULL: ...".
function withoutSql(message: string): string {
  const statement = /^\s*(select|insert|update|delete|replace|with|begin|commit|create|alter|drop|pragma)\b/i;
  const said = statement.test(message) ? (message.split(' - ').slice(1).at(-1) ?? message) : message;
  const line = said.split('\n', 1)[0] ?? '';
  return statement.test(line) ? 'the database refused a statement' : line.slice(0, messageLength);
}

// One position in the code, so that a bug of Ring can be found without a stack.
function whereFrom(error: Error): { at?: string } {
  const frame = /([\w.-]+\.[cm]?[jt]s:\d+):\d+\)?$/m.exec(error.stack ?? '')?.[1];
  return frame ? { at: frame } : {};
}
