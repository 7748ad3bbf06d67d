/** `ring delete`: what it takes. */
import type { Declare } from '../cli.ts';
import type { DeleteOptions } from '../nouns/delete.ts';
import { withWait, withYes } from './shared.ts';

/** Adds `ring delete`. */
export const declareDelete: Declare = (ring, cli) => {
  withWait(withYes(ring.command('delete')))
    .description('delete things')
    .argument('<kind>', 'deployment, config, secret, namespace, volume or user')
    .argument('[names...]', 'names or ids; kind/name does for both')
    .option('-n, --namespace <name>', 'the namespace of the names')
    .option('--cascade', 'of a namespace: with all that is in it')
    .option('--ignore-missing', 'what is not there is no error')
    .addHelpText(
      'after',
      '\nVolumes, and namespaces with all that is in them, go only after a yes: --yes where nobody can be asked.',
    )
    .action((kind: string, names: string[], options: DeleteOptions) =>
      cli.remote(async (session) =>
        (await import('../nouns/delete.ts')).remove(session, [kind, ...names], options),
      ),
    );
};
