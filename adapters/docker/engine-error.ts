/** The errors of calls to the engine before they are classified. faults.ts maps them to kinds of RuntimeError. */

/** An error response (`status` is set), or no response: not reachable, timed out, or the connection was closed. */
export class EngineError extends Error {
  override readonly name = 'EngineError';
  /** HTTP status of the response; null when there was none. */
  readonly status: number | null;

  constructor(status: number | null, message: string, cause?: unknown) {
    super(message, { cause });
    this.status = status;
  }
}

/** The engine sent nothing in time. */
export class Overdue extends EngineError {
  constructor(message: string) {
    super(null, message);
  }
}

const text = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);

const field = (value: unknown, key: string): unknown =>
  typeof value === 'object' && value !== null && key in value ? Reflect.get(value, key) : undefined;

/** Converts anything that the client library rejected with to an EngineError. */
export const toEngineError = (error: unknown): EngineError => {
  if (error instanceof EngineError) return error;
  const message = text(field(error, 'message')) ?? 'unknown error';
  const status = field(error, 'statusCode');
  if (typeof status !== 'number') return new EngineError(null, message, error);
  const said = text(field(field(error, 'json'), 'message'));
  return new EngineError(status, said ?? message.replace(/^\(HTTP code \d+\) .*? - /, '').trim(), error);
};

/** Whether the engine answered that the object does not exist. */
export const isNotFound = (error: unknown): boolean => error instanceof EngineError && error.status === 404;

/** Whether there was no answer, so that the outcome of the call is unknown. */
export const isLost = (error: unknown): boolean => error instanceof EngineError && error.status === null;

/** The system's error codes for a connection that could not be made: nothing was sent over it. */
const connectFaults: readonly unknown[] = ['ECONNREFUSED', 'ENOENT', 'EACCES', 'ENOTFOUND', 'EHOSTUNREACH'];

/** Whether the connection to the engine was never made, so that the call certainly had no effect. */
export const wasNeverSent = (error: EngineError): boolean =>
  field(error.cause, 'syscall') === 'connect' && connectFaults.includes(field(error.cause, 'code'));
