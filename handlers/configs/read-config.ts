/** GET /configs/:id: one config. */
import { Config } from '../../core/config/config.ts';
import { findConfig } from '../../core/config/read.ts';
import { toConfig } from '../../core/config/view.ts';
import type { Cache, Configs } from '../../core/ports.ts';
import { versionTag } from '../../core/tag.ts';
import { endpoint, reply } from '../endpoint.ts';
import { idParams } from '../params.ts';
import { etagHeader } from '../tags.ts';

/** Reads a config. CONFIG_NOT_FOUND. */
export const readConfig = endpoint({
  method: 'GET',
  path: '/configs/:id',
  scope: 'read',
  summary: 'Read a config',
  params: idParams,
  replies: { 200: Config },
  async handle({ params }, { configs, cache }: { configs: Configs; cache: Cache }) {
    const read = async () => toConfig(await findConfig(params.id, configs));
    const headers = await etagHeader(cache, `config/${params.id}`, async () => {
      const record = await configs.find(params.id);
      return record && versionTag(record);
    });
    return reply(200, await cache.json(`config/${params.id}`, read), headers);
  },
});
