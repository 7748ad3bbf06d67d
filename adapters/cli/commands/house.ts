/** `ring config`, `secret`, `namespace`, `volume`, `node` and `gc`: what they take. */
import type { Declare } from '../cli.ts';
import type { SetConfigOptions } from '../nouns/config.ts';
import type { GcOptions } from '../nouns/gc.ts';
import type { CreateVolumeOptions } from '../nouns/namespace.ts';
import type { SetSecretOptions } from '../nouns/secret.ts';
import { type OutputOptions, withOutput } from '../output-option.ts';
import { withDelete, withList } from './list-of.ts';
import { type NamespaceOption, withNamespace } from './shared.ts';

/** Adds `ring config`. */
export const declareConfig: Declare = (ring, cli) => {
  const load = () => import('../nouns/config.ts');
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
      cli.remote(async (session) => (await import('../nouns/secret.ts')).setSecret(session, name, options)),
    );
};

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
        (await import('../nouns/namespace.ts')).createNamespace(session, name, options),
      ),
    );
};

/** Adds `ring volume`. */
export const declareVolume: Declare = (ring, cli) => {
  const volume = ring.command('volume').description('manage the named volumes that Ring created');
  const noun = { kind: 'volume', command: volume, isNamespaced: false };
  withList(noun, cli);
  withDelete(noun, cli);
  withOutput(volume.command('create'))
    .description('create a volume before its first use')
    .argument('<name>')
    .option('--driver <name>', "the engine's driver")
    .option('--opt <key=value...>', 'options of the driver')
    .option('--label <key=value...>', 'labels')
    .action((name: string, options: CreateVolumeOptions) =>
      cli.remote(async (session) =>
        (await import('../nouns/namespace.ts')).createVolume(session, name, options),
      ),
    );
};

/** Adds `ring node`. */
export const declareNode: Declare = (ring, cli) => {
  withOutput(ring.command('node'))
    .description('show the machine and its load')
    .action((options: OutputOptions) =>
      cli.remote(async (session) => (await import('../nouns/get.ts')).get(session, ['node'], options)),
    );
};

/** Adds `ring gc`. */
export const declareGc: Declare = (ring, cli) => {
  withOutput(ring.command('gc'))
    .description('remove unused images that Ring pulled, unused networks and old events')
    .option('--dry-run', 'only show what would be removed now, and what later')
    .action((options: GcOptions) =>
      cli.remote(async (session) => (await import('../nouns/gc.ts')).gc(session, options)),
    );
};
