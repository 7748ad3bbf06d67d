/** GET /users/:id: returns one user. core/access/read-user.ts checks permissions. */
import { readUser as read } from '../../core/access/read-user.ts';
import { User } from '../../core/access/user.ts';
import type { Cache, Users } from '../../core/ports.ts';
import { userTag } from '../../core/tag.ts';
import { endpoint, reply } from '../endpoint.ts';
import { idParams } from '../params.ts';
import { etagHeader } from '../tags.ts';

/** Reads a user. FORBIDDEN, USER_NOT_FOUND. */
export const readUser = endpoint({
  method: 'GET',
  path: '/users/:id',
  scope: 'self',
  summary: 'Read a user: administrators anyone, others themselves',
  params: idParams,
  replies: { 200: User },
  async handle({ params, caller }, { users, cache }: { users: Users; cache: Cache }) {
    const headers = await etagHeader(cache, `user/${params.id}`, async () => {
      const user = await users.find(params.id);
      return user && userTag(user);
    });
    return reply(200, await read(params.id, caller, users), headers);
  },
});
