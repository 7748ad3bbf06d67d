/** GET /namespaces: lists namespaces with the number of their resources. */
import * as v from 'valibot';
import { Namespace, type Namespaces, toNamespace } from '../../core/namespace/namespace.ts';
import { cut } from '../../core/page.ts';
import type { Cache } from '../../core/ports.ts';
import { endpoint, reply } from '../endpoint.ts';
import { linkTo, pageOf, pageQuery } from '../page.ts';

/** Lists namespaces. */
export const listNamespaces = endpoint({
  method: 'GET',
  path: '/namespaces',
  scope: 'read',
  summary: 'List namespaces',
  query: v.object(pageQuery),
  replies: { 200: v.array(Namespace) },
  async handle({ query, request }, { namespaces, cache }: { namespaces: Namespaces; cache: Cache }) {
    const read = async () => (await namespaces.list()).map(toNamespace);
    const page = pageOf(query);
    if (!page) return reply(200, await cache.json('namespaces', read));
    const { items, next } = cut(await read(), ({ name }) => name, page);
    return reply(200, items, linkTo(request, next));
  },
});
