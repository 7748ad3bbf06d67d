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
  const config = ring.command('config').description('manage texts that containers are given as files');
  const noun = { kind: 'config', command: config, isNamespaced: true };
  withList(noun, cli);
  withDelete(noun, cli);
  withNamespace(config.command('set'))
    .description('create one or change it; a change rolls out to whoever uses it')
    .argument('<name>')
    .option('-f, --file <path>', 'what is in it, from a file; - is stdin')
    .option('--data <text>', 'what is in it')
    .action((name: string, options: SetConfigOptions) =>
      cli.remote(async (session) => (await load()).setConfig(session, name, options)),
    );
  withNamespace(config.command('show'))
    .description('print what is in one, as it is')
    .argument('<name>')
    .action((name: string, options: NamespaceOption) =>
      cli.remote(async (session) => (await load()).showConfig(session, name, options)),
    );
};

/** Adds `ring secret`. */
export const declareSecret: Declare = (ring, cli) => {
  const secret = ring.command('secret').description('manage values that only containers get to see');
  const noun = { kind: 'secret', command: secret, isNamespaced: true };
  withList(noun, cli);
  withDelete(noun, cli);
  withNamespace(secret.command('set'))
    .description('create one or change it; a change rolls out to whoever uses it')
    .argument('<name>')
    .option('-f, --file <path>', 'its value, from a file')
    .option('--stdin', 'its value, from stdin, without the end of the last line')
    .addHelpText(
      'after',
      '\nWithout either it is asked for, hidden. It is never an argument, which others could see.',
    )
    .action((name: string, options: SetSecretOptions) =>
      cli.remote(async (session) => (await import('../nouns/secret.ts')).setSecret(session, name, options)),
    );
};

/** Adds `ring namespace`. */
export const declareNamespace: Declare = (ring, cli) => {
  const namespace = ring
    .command('namespace')
    .description('manage what deployments are in, each with its network');
  const noun = { kind: 'namespace', command: namespace, isNamespaced: false };
  withList(noun, cli);
  withDelete(noun, cli);
  withOutput(namespace.command('create'))
    .description('create one ahead of what comes into it')
    .argument('<name>')
    .action((name: string, options: OutputOptions) =>
      cli.remote(async (session) =>
        (await import('../nouns/namespace.ts')).createNamespace(session, name, options),
      ),
    );
};

/** Adds `ring volume`. */
export const declareVolume: Declare = (ring, cli) => {
  const volume = ring.command('volume').description("manage the engine's named volumes that are Ring's");
  const noun = { kind: 'volume', command: volume, isNamespaced: false };
  withList(noun, cli);
  withDelete(noun, cli);
  withOutput(volume.command('create'))
    .description('create one ahead of what mounts it')
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
    .description('show the machine and how busy it is')
    .action((options: OutputOptions) =>
      cli.remote(async (session) => (await import('../nouns/get.ts')).get(session, ['node'], options)),
    );
};

/** Adds `ring gc`. */
export const declareGc: Declare = (ring, cli) => {
  withOutput(ring.command('gc'))
    .description('remove what nothing needs any longer: images that Ring pulled, networks, old events')
    .option('--dry-run', 'only show what would go, and what later')
    .action((options: GcOptions) =>
      cli.remote(async (session) => (await import('../nouns/gc.ts')).gc(session, options)),
    );
};
