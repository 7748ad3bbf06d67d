/** `ring delete`: what it takes. */
import type { Declare } from '../cli.ts';
import type { DeleteManifestOptions } from '../manifest/delete.ts';
import type { DeleteOptions } from '../nouns/delete.ts';
import { repeated } from './manifest-options.ts';
import { withWait, withYes } from './shared.ts';

type Options = DeleteOptions & Partial<DeleteManifestOptions>;

/** Adds `ring delete`. */
export const declareDelete: Declare = (ring, cli) => {
  withWait(withYes(ring.command('delete')))
    .description('delete things')
    .argument('[kind]', 'deployment, config, secret, namespace, volume or user')
    .argument('[names...]', 'names or ids; kind/name does for both')
    .option('-f, --file <path>', 'all that a manifest names, volumes excepted; may be repeated', repeated)
    .option('--env-file <path>', 'of manifests: a file of variables; may be repeated', repeated)
    .option('-n, --namespace <name>', 'the namespace of the names')
    .option('--cascade', 'of a namespace: with all that is in it')
    .option('--ignore-missing', 'what is not there is no error')
    .addHelpText(
      'after',
      `
With -f goes what manifests name, deployments before the configs and secrets that they use; volumes stay,
and what is not there is no error.
Volumes, and namespaces with all that is in them, go only after a yes: --yes where nobody can be asked.`,
    )
    .action((kind: string | undefined, names: string[], options: Options) =>
      cli.remote(async (session) => {
        const words = kind === undefined ? [] : [kind, ...names];
        if (options.file === undefined && words.length > 0)
          return (await import('../nouns/delete.ts')).remove(session, words, options);
        const { deleteManifests } = await import('../manifest/delete.ts');
        return deleteManifests(session, words, { ...options, file: options.file ?? [] });
      }),
    );
};
