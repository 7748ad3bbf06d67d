/** GET /secrets: lists all secrets, or those of some namespaces, without their values. */
import * as v from 'valibot';
import { dnsLabel } from '../../core/name.ts';
import { cut } from '../../core/page.ts';
import type { Cache } from '../../core/ports.ts';
import { Secret } from '../../core/secret/secret.ts';
import type { Secrets } from '../../core/secret/secrets.ts';
import { toSecret } from '../../core/secret/view.ts';
import { endpoint, reply } from '../endpoint.ts';
import { linkTo, pageOf, pageQuery } from '../page.ts';
import { list } from '../query.ts';

/** Lists secrets. */
export const listSecrets = endpoint({
  method: 'GET',
  path: '/secrets',
  scope: 'read',
  summary: 'List secrets',
  query: v.object({ 'namespace[]': list(dnsLabel), ...pageQuery }),
  replies: { 200: v.array(Secret) },
  async handle({ query, request }, { secrets, cache }: { secrets: Secrets; cache: Cache }) {
    const namespaces = [...query['namespace[]']].sort();
    const read = async () => (await secrets.list(namespaces)).map(toSecret);
    const page = pageOf(query);
    if (!page) return reply(200, await cache.json(`secrets?${namespaces}`, read));
    const { items, next } = cut(await read(), ({ id }) => id, page);
    return reply(200, items, linkTo(request, next));
  },
});
