/** The arguments and options of `ring describe`. */

import type { DescribeOptions } from '../actions/describe.ts';
import type { Declare } from '../cli.ts';

const kinds = 'deployments, configs, secrets, namespaces, volumes, users, node';

/** Adds `ring describe`. */
export const declareDescribe: Declare = (ring, cli) => {
  ring
    .command('describe')
    .description('show details of resources, with their latest events')
    .argument('<kind>', kinds)
    .argument('[names...]', 'names or ids; or kind/name instead of kind and names')
    .option('-n, --namespace <name>', 'the namespace of the names')
    .action((kind: string, names: string[], options: DescribeOptions) =>
      cli.remote(async (session) =>
        (await import('../actions/describe.ts')).describe(session, [kind, ...names], options),
      ),
    );
};
