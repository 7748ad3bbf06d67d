/** Finds users by name; the API identifies them by id. */
import type { User } from '../../../core/access/user.ts';
import { exits } from '../exit-codes.ts';
import { CommandError } from '../failure.ts';
import type { Session } from '../session.ts';

/** Returns the user with a name, or with an id when no user has that name. CommandError when there is none. */
export const userNamed = async ({ client }: Pick<Session, 'client'>, name: string): Promise<User> => {
  const { body: users } = await client.listUsers();
  const found = users.find(({ username }) => username === name) ?? users.find(({ id }) => id === name);
  if (found) return found;
  throw new CommandError(`There is no user ${name}: \`ring get users\` lists them`, exits.notFound);
};
