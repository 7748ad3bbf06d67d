/** GET /configs: lists all configs, or those of some namespaces. */
import * as v from 'valibot';
import { Config } from '../../core/config/config.ts';
import { toConfig } from '../../core/config/view.ts';
import { dnsLabel } from '../../core/name.ts';
import { cut } from '../../core/page.ts';
import type { Cache, Configs } from '../../core/ports.ts';
import { endpoint, reply } from '../endpoint.ts';
import { linkTo, pageOf, pageQuery } from '../page.ts';
import { list } from '../query.ts';

/** Lists configs. */
export const listConfigs = endpoint({
  method: 'GET',
  path: '/configs',
  scope: 'read',
  summary: 'List configs',
  query: v.object({ 'namespace[]': list(dnsLabel), ...pageQuery }),
  replies: { 200: v.array(Config) },
  async handle({ query, request }, { configs, cache }: { configs: Configs; cache: Cache }) {
    const namespaces = [...query['namespace[]']].sort();
    const read = async () => (await configs.list(namespaces)).map(toConfig);
    const page = pageOf(query);
    if (!page) return reply(200, await cache.json(`configs?${namespaces}`, read));
    const { items, next } = cut(await read(), ({ id }) => id, page);
    return reply(200, items, linkTo(request, next));
  },
});
