/** GET /openapi.json: this API, described. What stands in the document is decided in ../openapi.ts. */
import * as v from 'valibot';
import { endpoint, reply } from '../endpoint.ts';
import { locate } from '../path.ts';

/** Makes the document without a server in it: which that is, the request says. */
export type MakeDocument = () => Promise<Readonly<Record<string, unknown>>>;

/** Gives the OpenAPI document, for the path below which it was asked for. */
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
