/** The arguments and options of `ring config`. */

import type { SetConfigOptions } from '../actions/config.ts';
import type { Declare } from '../cli.ts';
import { withDelete, withList } from './list-of.ts';
import { type NamespaceOption, withNamespace } from './shared.ts';

/** Adds `ring config`. */
export const declareConfig: Declare = (ring, cli) => {
  const load = () => import('../actions/config.ts');
  const config = ring.command('config').description('manage configs: texts that containers read as files');
  const noun = { kind: 'config', command: config, isNamespaced: true };
  withList(noun, cli);
  withDelete(noun, cli);
  withNamespace(config.command('set'))
    .description('create or change one; a change is rolled out to the deployments that use it')
    .argument('<name>')
    .option('-f, --file <path>', 'the content, from a file; - is stdin')
    .option('--data <text>', 'the content')
    .action((name: string, options: SetConfigOptions) =>
      cli.remote(async (session) => (await load()).setConfig(session, name, options)),
    );
  withNamespace(config.command('show'))
    .description('print the content of one')
    .argument('<name>')
    .action((name: string, options: NamespaceOption) =>
      cli.remote(async (session) => (await load()).showConfig(session, name, options)),
    );
};
