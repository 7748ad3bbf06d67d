/** The arguments and options of `ring schema`. */
import type { Declare } from '../cli.ts';

/** Adds `ring schema`. */
export const declareSchema: Declare = (ring, cli) => {
  ring
    .command('schema')
    .description('print the JSON Schema of manifests, for editors')
    .addHelpText(
      'after',
      `
  ring schema > ring.schema.json

and as the first line of a manifest:

  # yaml-language-server: $schema=ring.schema.json`,
    )
    .action(() => cli.local(async (context) => (await import('../manifest/schema.ts')).schema(context)));
};
