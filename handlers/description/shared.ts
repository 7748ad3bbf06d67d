/** The shared parts of the operations: headers, authentication and the error reply. */
import type { AnyEndpoint } from '../endpoint.ts';

const text = { type: 'string' };

/** Headers of requests, by the name they have in the document. */
export const headerParameters = {
  IdempotencyKey: {
    name: 'Idempotency-Key',
    in: 'header',
    description:
      'Makes it safe to repeat this request: within 24 hours the same key returns the same reply, and the request is carried out once.',
    schema: { ...text, minLength: 1, maxLength: 255 },
  },
  IfMatch: {
    name: 'If-Match',
    in: 'header',
    description:
      'The ETag of the resource to change, or *: when it has changed meanwhile, nothing is done (412).',
    schema: text,
  },
  IfNoneMatch: {
    name: 'If-None-Match',
    in: 'header',
    description: '*: create only; when it already exists, nothing is done (412).',
    schema: text,
  },
  LastEventId: {
    name: 'Last-Event-ID',
    in: 'header',
    description: 'The id of the last event received: the stream continues after it.',
    schema: text,
  },
};

/** Headers of replies, by the name they have in the document. */
export const replyHeaders = {
  ETag: { description: 'The state in this reply: send it as If-Match.', schema: text },
  IdempotencyReplayed: {
    description: 'true: the stored reply of this Idempotency-Key.',
    schema: { ...text, enum: ['true'] },
  },
  Link: { description: 'rel="next": the next page of the list.', schema: text },
  Location: { description: 'The path of what was created.', schema: text },
  RequestId: {
    description: 'Identifies this request in the log; the one that the client sent, if any.',
    schema: text,
  },
  RetryAfter: {
    description: 'Seconds after which a retry makes sense.',
    schema: { type: 'integer', minimum: 1 },
  },
};

/** The bearer token; each operation states the scope that it needs. */
export const bearer = {
  type: 'http',
  scheme: 'bearer',
  description:
    'The token that POST /login returns. The scopes: self is any user, read is viewer or more, write is editor or more, admin is admin.',
};

/** The reply of every error. */
export const problemReply = {
  description: 'The request was refused or failed: the code says why.',
  headers: {
    'x-request-id': { $ref: '#/components/headers/RequestId' },
    'retry-after': { $ref: '#/components/headers/RetryAfter' },
  },
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
};

type Described = Pick<AnyEndpoint<never>, 'method' | 'path' | 'scope' | 'query' | 'replies' | 'tag'>;

// The endpoints whose replies carry the tag of a changeable resource.
const shown = /^\/(deployments|configs|secrets|users)\/:id$|^\/users\/me$/;

/** Whether the replies of an endpoint carry an ETag; a resource that is deleted at once has none. */
const isTagged = ({ method, path, tag }: Described): boolean => {
  if (method === 'GET') return shown.test(path);
  return tag !== undefined && (method !== 'DELETE' || path.startsWith('/deployments/'));
};

/** Public endpoints have no idempotency keys, because they have no caller. */
const isRepeatable = ({ method, scope }: Described): boolean => method === 'POST' && scope !== 'public';

/** Returns the request headers that an endpoint uses, by name. */
export const parametersOf = (endpoint: Described): readonly (keyof typeof headerParameters)[] => [
  ...(isRepeatable(endpoint) ? (['IdempotencyKey'] as const) : []),
  ...(endpoint.tag && endpoint.path.includes(':') ? (['IfMatch'] as const) : []),
  ...(endpoint.tag && endpoint.method === 'PUT' ? (['IfNoneMatch'] as const) : []),
  ...(endpoint.query && 'follow' in endpoint.query.entries ? (['LastEventId'] as const) : []),
];

/** Returns the headers of its replies of this status, by header name and component name. */
export const headersOf = (
  endpoint: Described,
  status: number,
): Readonly<Record<string, keyof typeof replyHeaders>> => ({
  'x-request-id': 'RequestId',
  ...(status === 201 ? { location: 'Location' } : {}),
  ...(status >= 500 ? { 'retry-after': 'RetryAfter' } : {}),
  // A deleted resource has no state that could be changed.
  ...(isTagged(endpoint) && endpoint.method !== 'DELETE' && status < 300 ? { etag: 'ETag' } : {}),
  ...(endpoint.query && 'cursor' in endpoint.query.entries ? { link: 'Link' } : {}),
  ...(isRepeatable(endpoint) ? { 'idempotency-replayed': 'IdempotencyReplayed' } : {}),
});
