/** GET /configs/:id: returns one config. */
import { Config } from '../../core/config/config.ts';
import { findConfig } from '../../core/config/read.ts';
import { toConfig } from '../../core/config/view.ts';
import type { Cache, Configs } from '../../core/ports.ts';
import { versionTag } from '../../core/tag.ts';
import { endpoint, reply } from '../endpoint.ts';
import { idParams } from '../params.ts';
import { readTagged } from '../tags.ts';

/** Reads a config. CONFIG_NOT_FOUND. */
export const readConfig = endpoint({
  method: 'GET',
  path: '/configs/:id',
  scope: 'read',
  summary: 'Read a config',
  params: idParams,
  replies: { 200: Config },
  async handle({ params }, { configs, cache }: { configs: Configs; cache: Cache }) {
    const { text, headers } = await readTagged(cache, `config/${params.id}`, {
      tag: async () => {
        const record = await configs.find(params.id);
        return record && versionTag(record);
      },
      body: async () => toConfig(await findConfig(params.id, configs)),
    });
    return reply(200, text, headers);
  },
});
