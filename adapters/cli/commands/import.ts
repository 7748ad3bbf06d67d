/** `ring import compose`: what it takes. */
import type { Declare } from '../cli.ts';
import type { ImportOptions } from '../compose/import.ts';
import { repeated } from './manifest-options.ts';

/** Adds `ring import`. */
export const declareImport: Declare = (ring, cli) => {
  ring
    .command('import')
    .description('make a manifest of what another tool declares')
    .command('compose')
    .description('make a manifest of a Compose file, and list what it could not carry over')
    .argument('<file>', 'such as docker-compose.yml, or - for stdin')
    .option('-o, --output <path>', 'write it there; an existing file is left alone')
    .option('-p, --project <name>', 'what Compose calls the project; volumes have it in their names')
    .option('-n, --namespace <name>', "the namespace; else the project's name")
    .option('--profile <name>', 'take the services of this profile too; may be repeated', repeated)
    .addHelpText(
      'after',
      `
The manifest goes to stdout, the list to stderr. Nothing is asked of a server.

  ring import compose docker-compose.yml > ring.yaml
  ring plan -f ring.yaml --env-file .env`,
    )
    .action((file: string, options: ImportOptions) =>
      cli.local(async (world) => (await import('../compose/import.ts')).importCompose(world, file, options)),
    );
};
