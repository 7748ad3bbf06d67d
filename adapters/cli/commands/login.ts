/** `ring login`, `ring logout` and `ring context`: what they take. */
import type { Declare } from '../cli.ts';
import type { LoginOptions } from '../nouns/login.ts';
import { type OutputOptions, withOutput } from '../output-option.ts';

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
      cli.local(async (world) => (await import('../nouns/login.ts')).login(world, url, options)),
    );
};

/** Adds `ring logout`. */
export const declareLogout: Declare = (ring, cli) => {
  ring
    .command('logout')
    .description('revoke the token and remove it from the context')
    .action(() => cli.local(async (world) => (await import('../nouns/login.ts')).logout(world)));
};

/** Adds `ring context`. */
export const declareContext: Declare = (ring, cli) => {
  const load = () => import('../nouns/context.ts');
  const context = ring.command('context').description('manage contexts: servers by name');
  withOutput(context.command('list'))
    .description('list contexts; * marks the current one')
    .action((options: OutputOptions) =>
      cli.local(async (world) => (await load()).listContexts(world, options)),
    );
  context
    .command('use')
    .description('make a context the current one')
    .argument('<name>')
    .action((name: string) => cli.local(async (world) => (await load()).useContext(world, name)));
  context
    .command('set')
    .description('create or change a context: its server from --url, its token from RING_TOKEN')
    .argument('<name>')
    .action((name: string) => cli.local(async (world) => (await load()).setContext(world, name)));
  context
    .command('remove')
    .description('remove a context and its token')
    .argument('<name>')
    .action((name: string) => cli.local(async (world) => (await load()).removeContext(world, name)));
};
