/** POST /users: creates a user. */

import { createUser as create } from '../../core/access/create-user.ts';
import { UserDraft } from '../../core/access/credentials.ts';
import type { Passwords } from '../../core/access/security.ts';
import { User } from '../../core/access/user.ts';
import type { Clock, Write } from '../../core/ports.ts';
import { endpoint, reply } from '../endpoint.ts';
import { tags } from '../tags.ts';

/** Creates a user. USER_EXISTS when the name is taken. */
export const createUser = endpoint({
  method: 'POST',
  path: '/users',
  scope: 'admin',
  summary: 'Create a user',
  body: UserDraft,
  replies: { 201: User },
  tag: tags.ofUser,
  async handle({ body }, ports: { write: Write; passwords: Passwords; clock: Clock }) {
    const user = await create(body, ports);
    return reply(201, user, { location: `/users/${user.id}` });
  },
});
