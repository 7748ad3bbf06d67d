/** GET /namespaces: each with how much is in it. */
import * as v from 'valibot';
import { Namespace, type Namespaces, toNamespace } from '../../core/namespace/namespace.ts';
import type { Cache } from '../../core/ports.ts';
import { endpoint, reply } from '../endpoint.ts';

/** Lists namespaces. */
export const listNamespaces = endpoint({
  method: 'GET',
  path: '/namespaces',
  scope: 'read',
  summary: 'List namespaces',
  replies: { 200: v.array(Namespace) },
  async handle(_input, { namespaces, cache }: { namespaces: Namespaces; cache: Cache }) {
    const read = async () => (await namespaces.list()).map(toNamespace);
    return reply(200, await cache.json('namespaces', read));
  },
});
