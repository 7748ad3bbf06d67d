/** The arguments and options of `ring get`. */

import type { GetOptions } from '../actions/get.ts';
import type { Declare } from '../cli.ts';
import { withOutput } from '../output-option.ts';

const kinds = 'deployments, configs, secrets, namespaces, volumes, users, node';

/** Adds `ring get`. */
export const declareGet: Declare = (ring, cli) => {
  withOutput(ring.command('get'))
    .description('list resources, or show the named ones')
    .argument('[kind]', `${kinds}; deployments by default`)
    .argument('[names...]', 'names or ids; kind/name does for both, as -o name prints it')
    .option('-n, --namespace <names>', 'only of these namespaces, or the namespace of the names')
    .option('-l, --selector <labels>', 'only deployments with these labels: app=web,tier!=db,key,!key')
    .option('--status <statuses>', 'only deployments of these statuses: running,error')
    .action((kind: string | undefined, names: string[], options: GetOptions) =>
      cli.remote(async (session) =>
        (await import('../actions/get.ts')).get(session, kind === undefined ? [] : [kind, ...names], options),
      ),
    );
};
