/** The arguments and options of `ring secret`. */

import type { SetSecretOptions } from '../actions/secret.ts';
import type { Declare } from '../cli.ts';
import { withDelete, withList } from './list-of.ts';
import { withNamespace } from './shared.ts';

/** Adds `ring secret`. */
export const declareSecret: Declare = (ring, cli) => {
  const secret = ring.command('secret').description('manage secrets: values that only containers can read');
  const noun = { kind: 'secret', command: secret, isNamespaced: true };
  withList(noun, cli);
  withDelete(noun, cli);
  withNamespace(secret.command('set'))
    .description('create or change one; a change is rolled out to the deployments that use it')
    .argument('<name>')
    .option('-f, --file <path>', 'its value, from a file')
    .option('--stdin', 'its value, from stdin, without the last line break')
    .addHelpText(
      'after',
      '\nWithout either, the value is asked for and not shown. It cannot be an argument, which other users could see.',
    )
    .action((name: string, options: SetSecretOptions) =>
      cli.remote(async (session) => (await import('../actions/secret.ts')).setSecret(session, name, options)),
    );
};
