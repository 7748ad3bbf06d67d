/** The arguments and options of `ring namespace`. */
import type { Declare } from '../cli.ts';
import { type OutputOptions, withOutput } from '../output-option.ts';
import { withDelete, withList } from './list-of.ts';

/** Adds `ring namespace`. */
export const declareNamespace: Declare = (ring, cli) => {
  const namespace = ring
    .command('namespace')
    .description('manage namespaces, each with a network of its own');
  const noun = { kind: 'namespace', command: namespace, isNamespaced: false };
  withList(noun, cli);
  withDelete(noun, cli);
  withOutput(namespace.command('create'))
    .description('create a namespace before its first deployment')
    .argument('<name>')
    .action((name: string, options: OutputOptions) =>
      cli.remote(async (session) =>
        (await import('../actions/namespace.ts')).createNamespace(session, name, options),
      ),
    );
};
