/**
 * What went wrong on the way to the engine, before anyone judged it. Which kind of RuntimeError it becomes is decided
 * in faults.ts.
 */

/** An answer that is an error (`status` is set), or no answer: not reached, none in time, or the connection closed. */
export class EngineError extends Error {
  override readonly name = 'EngineError';
  /** HTTP status of the answer; null when there was none. */
  readonly status: number | null;

  constructor(status: number | null, message: string, cause?: unknown) {
    super(message, { cause });
    this.status = status;
  }
}

/** Nothing came within the time that was given for it. */
export class Overdue extends EngineError {
  constructor(message: string) {
    super(null, message);
  }
}

const text = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);

const field = (value: unknown, key: string): unknown =>
  typeof value === 'object' && value !== null && key in value ? Reflect.get(value, key) : undefined;

/** Turns whatever the client library rejected with into an EngineError. */
export const toEngineError = (error: unknown): EngineError => {
  if (error instanceof EngineError) return error;
  const message = text(field(error, 'message')) ?? 'unknown error';
  const status = field(error, 'statusCode');
  if (typeof status !== 'number') return new EngineError(null, message, error);
  const said = text(field(field(error, 'json'), 'message'));
  return new EngineError(status, said ?? message.replace(/^\(HTTP code \d+\) .*? - /, '').trim(), error);
};

/** Whether the engine answered that the thing asked for is not there. */
export const isNotFound = (error: unknown): boolean => error instanceof EngineError && error.status === 404;

/** Whether no answer came, so that the call may have been done or not. */
export const isLost = (error: unknown): boolean => error instanceof EngineError && error.status === null;

/** What a system says when a connection could not be made: nothing was sent over it. */
const connectFaults: readonly unknown[] = ['ECONNREFUSED', 'ENOENT', 'EACCES', 'ENOTFOUND', 'EHOSTUNREACH'];

/** Whether the connection to the engine was never made, so that the call was certainly not done. */
export const wasNeverSent = (error: EngineError): boolean =>
  field(error.cause, 'syscall') === 'connect' && connectFaults.includes(field(error.cause, 'code'));
