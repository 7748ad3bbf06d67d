/** GET /configs: all configs, or those of some namespaces. */
import * as v from 'valibot';
import { Config } from '../../core/config/config.ts';
import { toConfig } from '../../core/config/view.ts';
import { dnsLabel } from '../../core/name.ts';
import type { Cache, Configs } from '../../core/ports.ts';
import { endpoint, reply } from '../endpoint.ts';
import { list } from '../query.ts';

/** Lists configs. */
export const listConfigs = endpoint({
  method: 'GET',
  path: '/configs',
  scope: 'read',
  summary: 'List configs',
  query: v.object({ 'namespace[]': list(dnsLabel) }),
  replies: { 200: v.array(Config) },
  async handle({ query }, { configs, cache }: { configs: Configs; cache: Cache }) {
    const namespaces = [...query['namespace[]']].sort();
    const read = async () => (await configs.list(namespaces)).map(toConfig);
    return reply(200, await cache.json(`configs?${namespaces}`, read));
  },
});
