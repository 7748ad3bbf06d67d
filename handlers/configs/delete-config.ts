/** DELETE /configs/:id: deletes a config and returns it. */
import { Config } from '../../core/config/config.ts';
import { deleteConfig as remove } from '../../core/config/delete.ts';
import type { Write } from '../../core/ports.ts';
import { endpoint, reply } from '../endpoint.ts';
import { idParams } from '../params.ts';
import { tags } from '../tags.ts';

/** Deletes a config. CONFIG_NOT_FOUND; CONFIG_IN_USE while deployments refer to it. */
export const deleteConfig = endpoint({
  method: 'DELETE',
  path: '/configs/:id',
  scope: 'write',
  summary: 'Delete a config',
  params: idParams,
  replies: { 200: Config },
  tag: tags.ofConfig,
  handle: async ({ params }, ports: { write: Write }) => reply(200, await remove(params.id, ports)),
});
