/** The arguments and options of `ring context`. */
import type { Declare } from '../cli.ts';
import { type OutputOptions, withOutput } from '../output-option.ts';

/** Adds `ring context`. */
export const declareContext: Declare = (ring, cli) => {
  const load = () => import('../actions/context.ts');
  const command = ring.command('context').description('manage contexts: servers by name');
  withOutput(command.command('list'))
    .description('list contexts; * marks the current one')
    .action((options: OutputOptions) =>
      cli.local(async (context) => (await load()).listContexts(context, options)),
    );
  command
    .command('use')
    .description('make a context the current one')
    .argument('<name>')
    .action((name: string) => cli.local(async (context) => (await load()).useContext(context, name)));
  command
    .command('set')
    .description('create or change a context: its server from --url, its token from RING_TOKEN')
    .argument('<name>')
    .action((name: string) => cli.local(async (context) => (await load()).setContext(context, name)));
  command
    .command('remove')
    .description('remove a context and its token')
    .argument('<name>')
    .action((name: string) => cli.local(async (context) => (await load()).removeContext(context, name)));
};
