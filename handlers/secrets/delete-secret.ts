/** DELETE /secrets/:id: deletes a secret and returns it without its value. */
import type { Write } from '../../core/ports.ts';
import { deleteSecret as remove } from '../../core/secret/delete.ts';
import { Secret } from '../../core/secret/secret.ts';
import { endpoint, reply } from '../endpoint.ts';
import { idParams } from '../params.ts';
import { tags } from '../tags.ts';

/** Deletes a secret. SECRET_NOT_FOUND; SECRET_IN_USE while deployments refer to it. */
export const deleteSecret = endpoint({
  method: 'DELETE',
  path: '/secrets/:id',
  scope: 'write',
  summary: 'Delete a secret',
  params: idParams,
  replies: { 200: Secret },
  tag: tags.ofSecret,
  handle: async ({ params }, ports: { write: Write }) => reply(200, await remove(params.id, ports)),
});
