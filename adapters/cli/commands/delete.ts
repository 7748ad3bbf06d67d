/** The arguments and options of `ring delete`. */

import type { DeleteOptions } from '../actions/delete.ts';
import type { Declare } from '../cli.ts';
import type { DeleteManifestOptions } from '../manifest/delete.ts';
import { repeated } from './manifest-options.ts';
import { withWait, withYes } from './shared.ts';

type Options = DeleteOptions & Partial<DeleteManifestOptions>;

/** Adds `ring delete`. */
export const declareDelete: Declare = (ring, cli) => {
  withWait(withYes(ring.command('delete')))
    .description('delete resources')
    .argument('[kind]', 'deployment, config, secret, namespace, volume or user')
    .argument('[names...]', 'names or ids; or kind/name instead of kind and names')
    .option('-f, --file <path>', 'delete everything in a manifest except volumes; may be repeated', repeated)
    .option('--env-file <path>', 'with -f: a file of variables for the manifest; may be repeated', repeated)
    .option('-n, --namespace <name>', 'the namespace of the names')
    .option('--cascade', 'delete a namespace with everything in it')
    .option('--ignore-missing', 'ignore missing resources')
    .addHelpText(
      'after',
      `
Each failure is printed and the rest is still deleted; the first failure decides the exit code.
With -f, everything that the manifests name is deleted: deployments first, then the configs and secrets
that they use. Volumes are kept, and missing resources are ignored.
Deleting a volume, or a namespace with --cascade, asks for confirmation; without a terminal, add --yes.`,
    )
    .action((kind: string | undefined, names: string[], options: Options) =>
      cli.remote(async (session) => {
        const words = kind === undefined ? [] : [kind, ...names];
        if (options.file === undefined && words.length > 0)
          return (await import('../actions/delete.ts')).remove(session, words, options);
        const { deleteManifests } = await import('../manifest/delete.ts');
        return deleteManifests(session, words, { ...options, file: options.file ?? [] });
      }),
    );
};
