/** What a request brings, validated by the schemas of its endpoint: path, query and body, with every fault named at once. */
import * as v from 'valibot';
import { RingError, summaryOf, type Violation } from '../core/errors.ts';
import { validate } from '../core/validate.ts';
import type { AnyEndpoint, AnyInput, Schema } from './endpoint.ts';
import { readJson, readOptionalJson, refuseOtherMedia } from './http.ts';
import { locate, refuseMalformed } from './path.ts';
import { type QueryRead, readQuery } from './query.ts';

/** The parameters of a path, still escaped. */
export type RawParams = Readonly<Record<string, string>>;

/** The schemas of an endpoint, and what it reads from a request without a query: the same each time. */
export interface InputSchemas {
  readonly endpoint: Pick<AnyEndpoint<never>, 'method' | 'params' | 'query' | 'body'>;
  readonly emptyQuery: QueryRead;
}

/** A body as it was sent, and all input as the endpoint's schemas made it. */
export interface ValidInput {
  readonly sent: unknown;
  readonly valid: Pick<AnyInput, 'params' | 'query' | 'body'>;
}

/**
 * Reads and validates what a request brings. INVALID_REQUEST with all faults; UNSUPPORTED_MEDIA_TYPE, BODY_TOO_LARGE and
 * MALFORMED_BODY before any of them is looked for.
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
  // The endpoint's own schemas have just made these what its types say.
  const valid = { params: params.output as never, query: query.output as never, body: body.output as never };
  // Nothing and an empty object are the same request where no body is taken.
  return { sent: endpoint.body ? sent : undefined, valid };
};

/** Of endpoints that take no body: clients that always send JSON may send an empty object. */
const noBody: Schema = v.optional(v.strictObject({}));

const readBody = async (schema: Schema, request: Request): Promise<unknown> => {
  if (schema.type === 'optional') return readOptionalJson(request);
  refuseOtherMedia(request);
  return readJson(request);
};

const none = { output: undefined, violations: undefined };

const unescaped = (raw: RawParams): Record<string, string> =>
  Object.fromEntries(Object.entries(raw).map(([key, value]) => [key, decodeURIComponent(value)]));

/** A reply stays readable, whatever was sent. */
const mostViolations = 100;

const invalid = (violations: readonly Violation[]): RingError =>
  new RingError('INVALID_REQUEST', summaryOf(violations), {
    violations: violations.slice(0, mostViolations),
  });
