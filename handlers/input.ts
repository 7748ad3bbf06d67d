/**
 * Reads the input of a request and validates it with the schemas of its endpoint: path, query and body, reporting all
 * violations at once.
 */
import * as v from 'valibot';
import { RingError, summaryOf, type Violation } from '../core/errors.ts';
import { validate } from '../core/validate.ts';
import type { AnyEndpoint, AnyInput, Schema } from './endpoint.ts';
import { readJson, readOptionalJson, refuseOtherMedia } from './http.ts';
import { locate, refuseMalformed } from './path.ts';
import { type QueryRead, readQuery } from './query.ts';

/** The parameters of a path, still escaped. */
export type RawParams = Readonly<Record<string, string>>;

/** The schemas of an endpoint, and its input from an empty query, which is always the same. */
export interface InputSchemas {
  readonly endpoint: Pick<AnyEndpoint<never>, 'method' | 'params' | 'query' | 'body'>;
  readonly emptyQuery: QueryRead;
}

/** A body as it was sent, and all input as the endpoint's schemas parsed it. */
export interface ValidInput {
  readonly sent: unknown;
  readonly valid: Pick<AnyInput, 'params' | 'query' | 'body'>;
}

/**
 * Reads and validates the input of a request. INVALID_REQUEST with all violations; UNSUPPORTED_MEDIA_TYPE,
 * BODY_TOO_LARGE and MALFORMED_BODY before that.
 */
export const readInput = async (
  { endpoint, emptyQuery }: InputSchemas,
  request: Request,
  raw: RawParams,
): Promise<ValidInput> => {
  const { path, search } = locate(request.url);
  refuseMalformed(path);
  const params = endpoint.params
    ? validate(endpoint.params, path.includes('%') ? unescaped(raw) : raw)
    : none;
  const query = search === '' ? emptyQuery : readQuery(endpoint.query, search);
  const bodySchema = endpoint.body ?? (endpoint.method === 'GET' ? undefined : noBody);
  const sent = bodySchema ? await readBody(bodySchema, request) : undefined;
  const body = bodySchema ? validate(bodySchema, sent) : none;
  const violations: readonly Violation[] = [
    ...(params.violations ?? []),
    ...query.violations,
    ...(body.violations ?? []),
  ];
  if (violations.length > 0) throw invalid(violations);
  // The endpoint's own schemas have just produced these types.
  const valid = { params: params.output as never, query: query.output as never, body: body.output as never };
  // No body and an empty object are equivalent when an endpoint takes no body.
  return { sent: endpoint.body ? sent : undefined, valid };
};

/** For endpoints without a body: clients that always send JSON may send an empty object. */
const noBody: Schema = v.optional(v.strictObject({}));

const readBody = async (schema: Schema, request: Request): Promise<unknown> => {
  if (schema.type === 'optional') return readOptionalJson(request);
  refuseOtherMedia(request);
  return readJson(request);
};

const none = { output: undefined, violations: undefined };

const unescaped = (raw: RawParams): Record<string, string> =>
  Object.fromEntries(Object.entries(raw).map(([key, value]) => [key, decodeURIComponent(value)]));

/** Limits the size of a reply, whatever was sent. */
const mostViolations = 100;

const invalid = (violations: readonly Violation[]): RingError =>
  new RingError('INVALID_REQUEST', summaryOf(violations), {
    violations: violations.slice(0, mostViolations),
  });
