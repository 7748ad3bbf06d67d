/** Finds users by the names that people know them by; the API knows them by their ids. */
import type { User } from '../../../core/access/user.ts';
import { exits } from '../exit-codes.ts';
import { CommandError } from '../failure.ts';
import type { Session } from '../session.ts';

/** The user of a name, or of an id where nobody has such a name. CommandError where there is none. */
export const userNamed = async ({ client }: Pick<Session, 'client'>, name: string): Promise<User> => {
  const { body: users } = await client.listUsers();
  const found = users.find(({ username }) => username === name) ?? users.find(({ id }) => id === name);
  if (found) return found;
  throw new CommandError(`There is no user ${name}: \`ring get users\` lists them`, exits.notFound);
};
