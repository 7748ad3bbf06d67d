/** DELETE /users/:id: deletes a user, which invalidates their tokens. */
import { deleteUser as remove } from '../../core/access/delete-user.ts';
import { User } from '../../core/access/user.ts';
import type { Write } from '../../core/ports.ts';
import { endpoint, reply } from '../endpoint.ts';
import { idParams } from '../params.ts';
import { tags } from '../tags.ts';

/** Deletes a user. USER_NOT_FOUND, LAST_ADMIN. */
export const deleteUser = endpoint({
  method: 'DELETE',
  path: '/users/:id',
  scope: 'admin',
  summary: 'Delete a user',
  params: idParams,
  replies: { 200: User },
  tag: tags.ofUser,
  handle: async ({ params }, ports: { write: Write }) => reply(200, await remove(params.id, ports)),
});
