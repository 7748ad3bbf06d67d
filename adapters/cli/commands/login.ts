/** The arguments and options of `ring login`. */

import type { LoginOptions } from '../actions/login.ts';
import type { Declare } from '../cli.ts';

/** Adds `ring login`. */
export const declareLogin: Declare = (ring, cli) => {
  ring
    .command('login')
    .description('get a token for a server and keep it in a context')
    .argument('[url]', 'the server; by default the current one')
    .option('-u, --username <name>', 'the user')
    .option('--password-stdin', 'read the password from stdin')
    .addHelpText(
      'after',
      '\nThe token is kept in ring/contexts.json in $XDG_CONFIG_HOME or ~/.config, which only you can read.',
    )
    .action((url: string | undefined, options: LoginOptions) =>
      cli.local(async (context) => (await import('../actions/login.ts')).login(context, url, options)),
    );
};
