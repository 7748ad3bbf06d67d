/** GET /users: everyone who may use Ring. */
import * as v from 'valibot';
import { User } from '../../core/access/user.ts';
import { toUser } from '../../core/access/view.ts';
import type { Users } from '../../core/ports.ts';
import { endpoint, reply } from '../endpoint.ts';

/** Lists all users. */
export const listUsers = endpoint({
  method: 'GET',
  path: '/users',
  scope: 'admin',
  summary: 'List all users',
  replies: { 200: v.array(User) },
  handle: async (_input, { users }: { users: Users }) => reply(200, (await users.list()).map(toUser)),
});
