/** PUT /configs/:id: creates the config, or changes an existing one. */
import { Config, ConfigDeclaration } from '../../core/config/config.ts';
import type { ConfigPorts } from '../../core/config/create.ts';
import { declareConfig as declare } from '../../core/config/declare.ts';
import { endpoint, reply } from '../endpoint.ts';
import { idParams } from '../params.ts';
import { tags } from '../tags.ts';

/** Creates (201) or changes (200) a config, and rolls a change out. INVALID_REQUEST. */
export const declareConfig = endpoint({
  method: 'PUT',
  path: '/configs/:id',
  scope: 'write',
  summary: 'Create a config or change it',
  params: idParams,
  body: ConfigDeclaration,
  replies: { 200: Config, 201: Config },
  tag: tags.ofConfig,
  async handle({ params, body, caller }, ports: ConfigPorts) {
    const { config, created } = await declare({ id: params.id, declaration: body }, caller, ports);
    return created ? reply(201, config, { location: `/configs/${config.id}` }) : reply(200, config);
  },
});
