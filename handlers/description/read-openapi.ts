/** GET /openapi.json: returns the description of this API, see ../openapi.ts. */
import * as v from 'valibot';
import { endpoint, reply } from '../endpoint.ts';
import { locate } from '../path.ts';

/** Makes the document without its servers entry, which depends on the request. */
export type MakeDocument = () => Promise<Readonly<Record<string, unknown>>>;

/** Returns the OpenAPI document, for the base path of the request. */
export const readOpenapi = endpoint({
  method: 'GET',
  path: '/openapi.json',
  scope: 'public',
  summary: 'This API, as an OpenAPI 3.1 document',
  replies: { 200: v.record(v.string(), v.unknown()) },
  async handle({ request }, { document }: { readonly document: MakeDocument }) {
    const base = locate(request.url).path.replace(/\/openapi\.json\/*$/, '');
    return reply(200, { ...(await document()), servers: [{ url: base === '' ? '/' : base }] });
  },
});
