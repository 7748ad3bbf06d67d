/** GET /users: lists all users. */
import * as v from 'valibot';
import { User } from '../../core/access/user.ts';
import { toUser } from '../../core/access/view.ts';
import type { Users } from '../../core/ports.ts';
import { endpoint, reply } from '../endpoint.ts';
import { numberKey, paged, pageQuery } from '../page.ts';

/** Lists all users. */
export const listUsers = endpoint({
  method: 'GET',
  path: '/users',
  scope: 'admin',
  summary: 'List all users',
  query: v.object(pageQuery),
  replies: { 200: v.array(User) },
  async handle({ query, request }, { users }: { users: Users }) {
    const all = (await users.list()).map(toUser);
    const { items, headers } = paged(all, ({ id }) => numberKey(Number(id)), { request, query });
    return reply(200, items, headers);
  },
});
