/** `ring user`: manages users and their roles. */
import type { User } from '../../../core/access/user.ts';
import { askSecret } from '../ask.ts';
import { CommandError } from '../failure.ts';
import type { OutputOptions } from '../output-option.ts';
import { printOne } from '../print.ts';
import type { Session } from '../session.ts';
import { userView } from './resource-views.ts';
import { userNamed } from './user-named.ts';

/** How a password is passed. */
export interface PasswordOptions {
  readonly passwordStdin?: true;
}

/** The options of `ring user create`. */
export interface CreateUserOptions extends PasswordOptions, OutputOptions {
  readonly role?: User['role'];
}

/** Creates a user with a password that is read from the terminal or stdin. */
export const createUser = async (
  session: Session,
  username: string,
  { role, output, ...options }: CreateUserOptions,
): Promise<void> => {
  const password = await newPassword(session, username, options);
  const body = { username, password, ...(role === undefined ? {} : { role }) };
  const { body: user } = await session.client.createUser({ body });
  await printOne(session.terminal, user, { view: userView, output });
};

/** Changes a user's role. */
export const setRole = async (session: Session, name: string, role: User['role']): Promise<void> => {
  const { id } = await userNamed(session, name);
  await session.client.changeUser({ params: { id }, body: { role } });
  session.terminal.line(`user/${name} is ${role === 'viewer' ? 'a' : 'an'} ${role} now`);
};

/** Changes the password of a user or of the caller; tokens issued before become invalid. */
export const setPassword = async (
  session: Session,
  name: string | undefined,
  options: PasswordOptions,
): Promise<void> => {
  const { client, terminal } = session;
  const own = (await client.readOwnUser()).body;
  const { id, username } = name === undefined || name === own.username ? own : await userNamed(session, name);
  const password = await newPassword(session, username, options);
  await client.changeUser({ params: { id }, body: { password } });
  const again = id === own.id ? ': log in again by `ring login`' : '';
  terminal.line(`user/${username} has another password now; tokens given before have ended${again}`);
};

/** Prints the user that the token belongs to. */
export const whoAmI = async ({ client, terminal }: Session, { output }: OutputOptions): Promise<void> => {
  const { body: user } = await client.readOwnUser();
  await printOne(terminal, user, { view: userView, output });
};

async function newPassword(
  { terminal }: Session,
  username: string,
  options: PasswordOptions,
): Promise<string> {
  const fromStdin = options.passwordStdin === true;
  const terms = { fromStdin, instead: 'hand it in by --password-stdin' };
  const password = await askSecret(terminal, { ...terms, question: `New password of ${username}: ` });
  if (fromStdin) return password;
  const again = await askSecret(terminal, { ...terms, question: 'Repeat the password: ' });
  if (again !== password) throw new CommandError('The passwords differ: nothing was changed');
  return password;
}
