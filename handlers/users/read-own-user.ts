/** GET /users/me: returns the caller's user. */

import { User } from '../../core/access/user.ts';
import { toUser } from '../../core/access/view.ts';
import { RingError } from '../../core/errors.ts';
import type { Cache, Users } from '../../core/ports.ts';
import { userTag } from '../../core/tag.ts';
import { endpoint, reply } from '../endpoint.ts';
import { readTagged } from '../tags.ts';

/** Reads the caller's own user. */
export const readOwnUser = endpoint({
  method: 'GET',
  path: '/users/me',
  scope: 'self',
  summary: 'Read the user whose token this is',
  replies: { 200: User },
  async handle({ caller }, { users, cache }: { users: Users; cache: Cache }) {
    const { text, headers } = await readTagged(cache, `user/${caller.userId}`, {
      tag: async () => {
        const user = await users.find(caller.userId);
        return user && userTag(user);
      },
      body: async () => {
        const user = await users.find(caller.userId);
        if (!user) throw new RingError('UNAUTHORIZED', 'The token is not valid or has expired');
        return toUser(user);
      },
    });
    return reply(200, text, headers);
  },
});
