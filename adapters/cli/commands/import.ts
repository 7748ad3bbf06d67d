/** The arguments and options of `ring import compose`. */
import type { Declare } from '../cli.ts';
import type { ImportOptions } from '../compose/import.ts';
import { repeated } from './manifest-options.ts';

/** Adds `ring import`. */
export const declareImport: Declare = (ring, cli) => {
  ring
    .command('import')
    .description('convert the files of other tools to manifests')
    .command('compose')
    .description('convert a Compose file to a manifest, and list what could not be converted')
    .argument('<file>', 'such as docker-compose.yml, or - for stdin')
    .option('-o, --output <path>', 'write to this file, which must not exist')
    .option('-p, --project <name>', 'the Compose project, which is part of the names of volumes')
    .option('-n, --namespace <name>', "the namespace; else the project's name")
    .option('--profile <name>', 'include the services of this profile; may be repeated', repeated)
    .addHelpText(
      'after',
      `
The manifest goes to stdout, the list to stderr. No server is needed.

  ring import compose docker-compose.yml > ring.yaml
  ring plan -f ring.yaml --env-file .env`,
    )
    .action((file: string, options: ImportOptions) =>
      cli.local(async (context) =>
        (await import('../compose/import.ts')).importCompose(context, file, options),
      ),
    );
};
