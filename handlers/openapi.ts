/**
 * Makes the OpenAPI 3.1 document from the list of endpoints and their validating schemas, when first requested.
 * description/ describes single operations.
 */

import { type JsonSchema, makeConverter } from './description/json-schema.ts';
import { named } from './description/named.ts';
import { documentPath, operationOf, tagOf } from './description/operation.ts';
import { bearer, headerParameters, problemReply, replyHeaders } from './description/shared.ts';
import type { AnyEndpoint } from './endpoint.ts';

/** The options of the document. */
export interface DocumentOptions {
  /** Ring's version. */
  readonly version: string;
}

const about = `Everything Ring does is done over this API. Bodies are JSON, times are RFC 3339 in UTC.
HEAD answers wherever GET does. An id in a path is the id, or the name and the namespace with a dot between.`;

/** Returns the document of these endpoints as plain JSON. */
export const makeDocument = (
  endpoints: Readonly<Record<string, AnyEndpoint<never>>>,
  { version }: DocumentOptions,
): JsonSchema => {
  const converter = makeConverter(named);
  const paths: Record<string, Record<string, JsonSchema>> = {};
  for (const [name, endpoint] of Object.entries(endpoints)) {
    const path = documentPath(endpoint.path);
    paths[path] = { ...paths[path], [endpoint.method.toLowerCase()]: operationOf(name, endpoint, converter) };
  }
  converter.convert(named.Problem, 'output');
  const tags = new Set(Object.values(endpoints).map(({ path }) => tagOf(path)));
  return {
    openapi: '3.1.0',
    info: { title: 'Ring', version, description: about, license: { name: 'MIT', identifier: 'MIT' } },
    tags: [...tags].sort(systemLast).map((name) => ({ name })),
    paths,
    components: {
      schemas: converter.components(),
      parameters: headerParameters,
      headers: replyHeaders,
      responses: { Problem: problemReply },
      securitySchemes: { bearer },
    },
  };
};

/** Sorts the system endpoints last. */
const systemLast = (one: string, other: string): number =>
  Number(one === 'system') - Number(other === 'system');
