/** What many operations have in common, described once: headers, the way to authenticate, and what every refusal looks like. */
import type { AnyEndpoint } from '../endpoint.ts';

const text = { type: 'string' };

/** Headers of requests, by the name they have in the document. */
export const headerParameters = {
  IdempotencyKey: {
    name: 'Idempotency-Key',
    in: 'header',
    description:
      'Makes it safe to send this request again: within 24 hours the same key answers with the same reply, and nothing is done twice.',
    schema: { ...text, minLength: 1, maxLength: 255 },
  },
  IfMatch: {
    name: 'If-Match',
    in: 'header',
    description:
      'An ETag of what is to be changed, or *: when it is something else by now, nothing is changed (412).',
    schema: text,
  },
  IfNoneMatch: {
    name: 'If-None-Match',
    in: 'header',
    description: '*: create only; when it is there already, nothing is changed (412).',
    schema: text,
  },
  LastEventId: {
    name: 'Last-Event-ID',
    in: 'header',
    description: 'The id of the last event that was read: a stream goes on after it.',
    schema: text,
  },
};

/** Headers of replies, by the name they have in the document. */
export const replyHeaders = {
  ETag: { description: 'The state this reply shows: send it as If-Match.', schema: text },
  IdempotencyReplayed: {
    description: 'true: the reply that this Idempotency-Key had before.',
    schema: { ...text, enum: ['true'] },
  },
  Link: { description: 'rel="next": where the next part of the list is.', schema: text },
  Location: { description: 'The path of what was created.', schema: text },
  RequestId: { description: 'Names this request in the log; yours where you sent one.', schema: text },
  RetryAfter: {
    description: 'Seconds after which another try makes sense.',
    schema: { type: 'integer', minimum: 1 },
  },
};

/** A bearer token; the scope that an operation needs is named beside it. */
export const bearer = {
  type: 'http',
  scheme: 'bearer',
  description:
    'The token that POST /login gives. The scopes: self is any user, read is viewer or more, write is editor or more, admin is admin.',
};

/** Every refusal. */
export const problemReply = {
  description: 'It was refused, or failed: the code says why.',
  headers: {
    'x-request-id': { $ref: '#/components/headers/RequestId' },
    'retry-after': { $ref: '#/components/headers/RetryAfter' },
  },
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
};

type Described = Pick<AnyEndpoint<never>, 'method' | 'path' | 'scope' | 'query' | 'replies' | 'tag'>;

// What shows the state that a change may ask for.
const shown = /^\/(deployments|configs|secrets|users)\/:id$|^\/users\/me$/;

/** Whether the replies of an endpoint carry an ETag: what is gone at once has none any more. */
const isTagged = ({ method, path, tag }: Described): boolean => {
  if (method === 'GET') return shown.test(path);
  return tag !== undefined && (method !== 'DELETE' || path.startsWith('/deployments/'));
};

/** Who is nobody yet has nothing done that could be done twice. */
const isRepeatable = ({ method, scope }: Described): boolean => method === 'POST' && scope !== 'public';

/** The headers that an endpoint listens to, by name. */
export const parametersOf = (endpoint: Described): readonly (keyof typeof headerParameters)[] => [
  ...(isRepeatable(endpoint) ? (['IdempotencyKey'] as const) : []),
  ...(endpoint.tag && endpoint.path.includes(':') ? (['IfMatch'] as const) : []),
  ...(endpoint.tag && endpoint.method === 'PUT' ? (['IfNoneMatch'] as const) : []),
  ...(endpoint.query && 'follow' in endpoint.query.entries ? (['LastEventId'] as const) : []),
];

/** The headers of its replies of this status, by what they are called and by name. */
export const headersOf = (
  endpoint: Described,
  status: number,
): Readonly<Record<string, keyof typeof replyHeaders>> => ({
  'x-request-id': 'RequestId',
  ...(status === 201 ? { location: 'Location' } : {}),
  ...(status >= 500 ? { 'retry-after': 'RetryAfter' } : {}),
  // What was deleted has no state to be changed any more.
  ...(isTagged(endpoint) && endpoint.method !== 'DELETE' && status < 300 ? { etag: 'ETag' } : {}),
  ...(endpoint.query && 'cursor' in endpoint.query.entries ? { link: 'Link' } : {}),
  ...(isRepeatable(endpoint) ? { 'idempotency-replayed': 'IdempotencyReplayed' } : {}),
});
