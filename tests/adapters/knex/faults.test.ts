/** Errors of the database in Ring's words: never SQL, never values. */
import { expect, test } from 'vitest';
import { guarded, toRingError } from '../../../adapters/knex/faults.ts';
import { RingError } from '../../../core/errors.ts';

/** An error as knex hands it on: the SQL, then the driver's words. */
const driverError = (code: string, text: string) =>
  Object.assign(new Error(`insert into \`users\` values ('s3cret') - ${code}: ${text}`), { code, errno: 1 });

const told = (error: unknown) =>
  error instanceof RingError ? [error.code, error.retryAfterSeconds, String(error.cause)] : ['not ours'];

test.each([
  [
    'SQLITE_CONSTRAINT',
    'UNIQUE constraint failed: deployments.namespace, deployments.name',
    'DEPLOYMENT_EXISTS',
  ],
  ['SQLITE_CONSTRAINT', 'UNIQUE constraint failed: revisions.uid, revisions.number', 'DEPLOYMENT_CHANGED'],
  ['SQLITE_CONSTRAINT', 'UNIQUE constraint failed: users.username', 'USER_EXISTS'],
  ['SQLITE_CONSTRAINT', 'UNIQUE constraint failed: configs.id', 'CONFIG_EXISTS'],
  ['SQLITE_CONSTRAINT', 'UNIQUE constraint failed: settings.name', 'INTERNAL'],
  ['SQLITE_CONSTRAINT', 'FOREIGN KEY constraint failed', 'DEPLOYMENT_NOT_FOUND'],
  ['SQLITE_CONSTRAINT', 'NOT NULL constraint failed: users.role', 'INTERNAL'],
  ['SQLITE_ERROR', 'no such table: users', 'INTERNAL'],
])('%s: %s is %s', (code, text, expected) => {
  expect(told(toRingError(driverError(code, text)))).toEqual([
    expected,
    undefined,
    `Error: ${code}: ${text}`,
  ]);
});

test.each([
  ['SQLITE_BUSY', 'database is locked', 1],
  ['SQLITE_FULL', 'database or disk is full', 10],
  ['SQLITE_IOERR', 'disk I/O error', 5],
  ['SQLITE_CORRUPT', 'database disk image is malformed', 5],
  ['SQLITE_NOTADB', 'file is not a database', 5],
  ['SQLITE_READONLY', 'attempt to write a readonly database', 5],
  ['SQLITE_CANTOPEN', 'unable to open database file', 5],
])('%s makes the database unavailable', (code, text, seconds) => {
  expect(told(toRingError(driverError(code, text)))).toEqual([
    'DATABASE_UNAVAILABLE',
    seconds,
    `Error: ${code}: ${text}`,
  ]);
});

test('no constraint is read out of a value', () => {
  const error = driverError('SQLITE_BUSY', 'database is locked');
  error.message = `values ('UNIQUE constraint failed: users.username') - ${error.message}`;
  expect(told(toRingError(error))[0]).toBe('DATABASE_UNAVAILABLE');
});

test('other errors stay what they are', async () => {
  const [ours, theirs] = [new RingError('LAST_ADMIN', 'no'), new TypeError('bug')];
  expect([toRingError(ours), toRingError(theirs), toRingError(null)]).toEqual([ours, theirs, null]);
  const store = guarded({ fail: async () => Promise.reject(theirs), name: 'kept' });
  await expect(store.fail()).rejects.toBe(theirs);
  expect(store.name).toBe('kept');
});
