/**
 * The preconditions of a request: checked in the transaction of the endpoint's write, before it; the new tag is read
 * there after it. Endpoints cannot skip them, because this is the only `write` that they get.
 */
import { RingError } from '../core/errors.ts';
import type { Write } from '../core/ports.ts';
import { checkPreconditions, type Preconditions, readCondition } from '../core/precondition.ts';
import type { AnyEndpoint, Headers, Target } from './endpoint.ts';

/** A request that changes a resource. */
export interface ChangeRequest {
  readonly request: Request;
  readonly params: unknown;
  readonly body: unknown;
  /** Whether an existing resource may be changed only with its ETag as `If-Match`. */
  readonly requireIfMatch: boolean;
}

/** Wraps writes, and returns the headers known after them. */
export interface RequestPreconditions {
  readonly wrap: (write: Write) => Write;
  /** The `etag` of the last write; none for a deleted resource. */
  readonly headers: () => Headers;
}

const unconditional: RequestPreconditions = { wrap: (write) => write, headers: () => ({}) };

/** Returns the preconditions of a request. INVALID_REQUEST for malformed ones. */
export const preconditionsOf = <Ports>(
  { method, tag }: Pick<AnyEndpoint<Ports>, 'method' | 'tag'>,
  { request, params, body, requireIfMatch }: ChangeRequest,
): RequestPreconditions => {
  if (method === 'GET') return unconditional;
  const id = textIn(params, 'id') ?? null;
  if (!tag || id === null) refuseConditions(request);
  if (!tag) return unconditional;
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
    wrap: (write) => (work) =>
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

/** Rejects conditions that cannot be checked, so that they are not ignored silently. */
const refuseConditions = ({ headers }: Request): void => {
  for (const name of ['If-Match', 'If-None-Match']) {
    if (headers.has(name)) {
      throw new RingError('INVALID_REQUEST', `${name}: this endpoint has no ETag to check, so leave it out`);
    }
  }
};

const textIn = (holder: unknown, key: string): string | undefined => {
  if (typeof holder !== 'object' || holder === null || !Object.hasOwn(holder, key)) return undefined;
  const value: unknown = Reflect.get(holder, key);
  return typeof value === 'string' ? value : undefined;
};
