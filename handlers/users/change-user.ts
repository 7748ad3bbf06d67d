/** PUT /users/:id: changes the fields in the body. core/access/change-user.ts checks permissions. */
import { changeUser as change } from '../../core/access/change-user.ts';
import { UserChange } from '../../core/access/credentials.ts';
import type { Passwords } from '../../core/access/security.ts';
import { User } from '../../core/access/user.ts';
import type { Write } from '../../core/ports.ts';
import { endpoint, reply } from '../endpoint.ts';
import { idParams } from '../params.ts';
import { tags } from '../tags.ts';

/** Changes a user. FORBIDDEN, USER_NOT_FOUND, USER_EXISTS, LAST_ADMIN. */
export const changeUser = endpoint({
  method: 'PUT',
  path: '/users/:id',
  scope: 'self',
  summary: 'Change a user: administrators anyone, others their own password',
  params: idParams,
  body: UserChange,
  replies: { 200: User },
  tag: tags.ofUser,
  handle: async ({ params, body, caller }, ports: { write: Write; passwords: Passwords }) =>
    reply(200, await change({ id: params.id, change: body, caller }, ports)),
});
