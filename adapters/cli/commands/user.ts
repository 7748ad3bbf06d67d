/** The arguments and options of `ring user`. */
import { Argument, Option } from 'commander';
import type { CreateUserOptions, PasswordOptions } from '../actions/user.ts';
import type { Declare } from '../cli.ts';
import { type OutputOptions, withOutput } from '../output-option.ts';
import { withDelete, withList } from './list-of.ts';

// The core's own list is loaded with its schemas, which no command may load just to declare its arguments.
const roles = ['viewer', 'editor', 'admin'] as const;
type Role = (typeof roles)[number];
const fromStdin = ['--password-stdin', 'read the password from stdin'] as const;

/** Adds `ring user`. */
export const declareUser: Declare = (ring, cli) => {
  const load = () => import('../actions/user.ts');
  const user = ring.command('user').description('manage who may use Ring');
  const noun = { kind: 'user', command: user, isNamespaced: false };
  withList(noun, cli);
  withDelete(noun, cli);
  withOutput(user.command('create'))
    .description('create a user')
    .argument('<name>')
    .addOption(new Option('--role <role>', 'what they may do').choices(roles).default('editor'))
    .option(...fromStdin)
    .action((name: string, options: CreateUserOptions) =>
      cli.remote(async (session) => (await load()).createUser(session, name, options)),
    );
  user
    .command('role')
    .description('change the role of a user')
    .argument('<name>')
    .addArgument(new Argument('<role>').choices(roles))
    .action((name: string, role: Role) =>
      cli.remote(async (session) => (await load()).setRole(session, name, role)),
    );
  user
    .command('password')
    .description('change the password of a user, by default your own')
    .argument('[name]')
    .option(...fromStdin)
    .action((name: string | undefined, options: PasswordOptions) =>
      cli.remote(async (session) => (await load()).setPassword(session, name, options)),
    );
  withOutput(user.command('whoami'))
    .description('show who you are logged in as')
    .action((options: OutputOptions) =>
      cli.remote(async (session) => (await load()).whoAmI(session, options)),
    );
};
