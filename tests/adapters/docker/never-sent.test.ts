/** A request that never left Ring is told from one that was not answered: only the latter may be carried out late. */
import { expect, it } from 'vitest';
import { EngineError } from '../../../adapters/docker/engine-error.ts';
import { toRuntimeError } from '../../../adapters/docker/faults.ts';

it.each([
  [{ syscall: 'connect', code: 'ECONNREFUSED' }, true],
  [{ syscall: 'connect', code: 'ENOENT' }, true],
  [{ syscall: 'connect', code: 'ETIMEDOUT' }, false],
  [{ syscall: 'read', code: 'ECONNRESET' }, false],
  [undefined, false],
])('knows by its cause %j whether the request was never sent: %s', (cause, neverSent) => {
  const error = toRuntimeError(new EngineError(null, 'no answer', cause), 'start');
  expect(error).toMatchObject({ kind: 'unavailable', neverSent });
});
