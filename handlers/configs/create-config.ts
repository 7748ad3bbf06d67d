/** POST /configs: creates a config. */
import { Config, ConfigDraft } from '../../core/config/config.ts';
import { type ConfigPorts, createConfig as create } from '../../core/config/create.ts';
import { endpoint, reply } from '../endpoint.ts';
import { tags } from '../tags.ts';

/** Creates a config. CONFIG_EXISTS when the name is taken in its namespace. */
export const createConfig = endpoint({
  method: 'POST',
  path: '/configs',
  scope: 'write',
  summary: 'Create a config',
  body: ConfigDraft,
  replies: { 201: Config },
  tag: tags.ofConfig,
  async handle({ body }, ports: Pick<ConfigPorts, 'write' | 'clock'>) {
    const config = await create(body, ports);
    return reply(201, config, { location: `/configs/${config.id}` });
  },
});
