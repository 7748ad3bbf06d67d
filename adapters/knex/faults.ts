/**
 * Converts errors of the database to RingErrors: a unique violation by its table, a failing database as unavailable.
 */
import { type ErrorCode, RingError } from '../../core/errors.ts';
import { type Dialect, type Fault, sqlite } from './dialect.ts';

const taken: Readonly<Record<string, readonly [ErrorCode, string]>> = {
  deployments: ['DEPLOYMENT_EXISTS', 'A deployment of this name exists'],
  revisions: ['DEPLOYMENT_CHANGED', 'The deployment was changed meanwhile: read it and try again'],
  users: ['USER_EXISTS', 'A user of this name exists'],
  configs: ['CONFIG_EXISTS', 'A config of this name exists'],
  secrets: ['SECRET_EXISTS', 'A secret of this name exists'],
  namespaces: ['NAMESPACE_EXISTS', 'A namespace of this name exists'],
};

const unavailable: Readonly<Record<'busy' | 'full' | 'unavailable', readonly [string, number]>> = {
  busy: ['The database is busy: try again in a moment', 1],
  full: ['The database has no room left to write', 10],
  unavailable: ['The database cannot be read or written', 5],
};

/**
 * Returns the RingError for an error of the database, and any other error unchanged. Messages and causes contain no SQL
 * and no values.
 */
export function toRingError(error: unknown, dialect: Dialect = sqlite): unknown {
  if (error instanceof RingError) return error;
  const fault = dialect.faultOf(error);
  if (fault) return ringError(fault);
  const message = error instanceof Error ? poolMessage(error) : null;
  return message === null ? error : new RingError('DATABASE_UNAVAILABLE', message, { retryAfterSeconds: 1 });
}

function ringError({ kind, table, text }: Fault): RingError {
  const cause = new Error(text);
  switch (kind) {
    case 'unique': {
      const [code, message] = taken[table ?? ''] ?? ['INTERNAL', 'The database refused a duplicate'];
      return new RingError(code, message, { cause });
    }
    case 'reference':
      return new RingError('DEPLOYMENT_NOT_FOUND', 'Deployment not found', { cause });
    case 'other':
      return new RingError('INTERNAL', 'The database refused a statement', { cause });
    default: {
      const [message, retryAfterSeconds] = unavailable[kind];
      return new RingError('DATABASE_UNAVAILABLE', message, { retryAfterSeconds, cause });
    }
  }
}

/** Returns Ring's message for a pool that is exhausted or closed; null for other errors. */
function poolMessage({ name, message }: Error): string | null {
  if (name === 'KnexTimeoutError') return 'The database did not answer in time';
  return message === 'aborted' || message === 'Unable to acquire a connection'
    ? 'The database is closed'
    : null;
}

/** Whether the database was busy, so that another try may succeed. */
export const isBusy = (error: unknown, dialect: Dialect = sqlite): boolean =>
  dialect.faultOf(error)?.kind === 'busy';

/** Returns an object with the same methods, which reject with RingErrors. */
export const guarded = <T extends object>(target: T): T =>
  new Proxy(target, {
    get(object, key, receiver) {
      const member: unknown = Reflect.get(object, key, receiver);
      if (typeof member !== 'function') return member;
      return async (...given: unknown[]) => {
        try {
          return await Reflect.apply(member, object, given);
        } catch (error) {
          throw toRingError(error);
        }
      };
    },
  });
