/**
 * What is done around the writes of a request: its preconditions are checked in the same transaction, before; the tag of
 * what it leaves is read there, after. Whatever the endpoint does, it cannot get past.
 */

import type { Write } from '../core/ports.ts';
import { checkPreconditions, type Preconditions, readCondition } from '../core/precondition.ts';
import type { AnyEndpoint, Headers, Target } from './endpoint.ts';

/** A request to an endpoint whose target has a tag. */
export interface GuardedRequest {
  readonly request: Request;
  readonly params: unknown;
  readonly body: unknown;
  /** Whether what is there may be changed only by who has read it. */
  readonly requireIfMatch: boolean;
}

/** A Write with its guard, and what is known after it. */
export interface Guard {
  readonly around: (write: Write) => Write;
  /** `etag` of what was written last; nothing of what was deleted. */
  readonly headers: () => Headers;
}

const noGuard: Guard = { around: (write) => write, headers: () => ({}) };

/** The guard of a request. INVALID_REQUEST for conditions that cannot be read. */
export const guardOf = <Ports>(
  { method, tag }: Pick<AnyEndpoint<Ports>, 'method' | 'tag'>,
  { request, params, body, requireIfMatch }: GuardedRequest,
): Guard => {
  if (!tag || method === 'GET') return noGuard;
  const id = textIn(params, 'id') ?? null;
  const target: Target = {
    method,
    id,
    given: {
      name: textIn(body, 'name'),
      namespace: textIn(body, 'namespace'),
      username: textIn(body, 'username'),
    },
  };
  const asked: Preconditions = {
    match: readCondition('If-Match', request.headers.get('if-match')),
    noneMatch: readCondition('If-None-Match', request.headers.get('if-none-match')),
    isMatchRequired: requireIfMatch && method !== 'POST',
  };
  const isAsked = asked.match !== null || asked.noneMatch !== null || asked.isMatchRequired;
  let left: string | null = null;
  return {
    around: (write) => (work) =>
      write(async (stores) => {
        if (isAsked && id !== null) {
          checkPreconditions(asked, { current: await tag(target, stores), creates: method === 'PUT' });
        }
        const result = await work(stores);
        if (method !== 'DELETE') left = await tag(target, stores);
        return result;
      }),
    headers: () => (left === null ? {} : { etag: left }),
  };
};

const textIn = (holder: unknown, key: string): string | undefined => {
  if (typeof holder !== 'object' || holder === null || !Object.hasOwn(holder, key)) return undefined;
  const value: unknown = Reflect.get(holder, key);
  return typeof value === 'string' ? value : undefined;
};
