#!/usr/bin/env node
/**
 * The `ring` command: its subcommands and their options. What each does is decided in the file of its name, which is
 * loaded only when it is asked for.
 */
import { Command, Option } from 'commander';
import type { SettingsInput } from '../config.ts';
import { readVersion } from './version.ts';

/** The options that every command with a database of its own takes. */
const withSettings = (command: Command): Command =>
  command
    .option('--data-dir <path>', 'where the database and the key are kept (RING_DATA_DIR, ./data)')
    .option('--docker-host <address>', 'the engine (DOCKER_HOST, unix:///var/run/docker.sock)')
    .option('--concurrency <number>', 'engine calls at once (RING_CONCURRENCY, 8)')
    .addOption(
      new Option('--log-level <level>', 'silent, error, warn, info or debug (RING_LOG_LEVEL, info)'),
    );

/** Runs a command; its number becomes the exit code, its failure a line for each fault. */
const run = async (work: () => Promise<number>): Promise<never> => {
  try {
    process.exit(await work());
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    for (const line of message.split('\n')) process.stderr.write(`ring: ${line}\n`);
    process.exit(1);
  }
};

const ring = new Command('ring')
  .description('Runs containers on the Docker engines you already have, from declared deployments.')
  .version(readVersion(), '--version', 'say which version this is')
  .addHelpText(
    'after',
    '\nEvery setting is also an environment variable (RING_PORT), or a key in the JSON file\nthat RING_CONFIG names. Flags beat the environment, which beats the file.',
  );

withSettings(ring.command('serve'))
  .description('serve the API and keep what is declared running')
  .option('--host <address>', 'where to listen (RING_HOST, 127.0.0.1)')
  .option('--port <number>', 'where to listen (RING_PORT, 3030)')
  .option('--interval <duration>', 'between two looks at the engine (RING_INTERVAL, 10s)')
  .action((flags: SettingsInput) => run(async () => (await import('./serve.ts')).serve(flags)));

withSettings(ring.command('reconcile'))
  .description('reconcile once and exit: 0 converged, 2 not yet, 3 another one is at it, 1 failed')
  .option('--json', 'print one line of JSON')
  .action(({ json = false, ...flags }: SettingsInput & { json?: boolean }) =>
    run(async () => (await import('./reconcile.ts')).reconcile(flags, json)),
  );

ring
  .command('version')
  .description('say which version this is')
  .action(() => {
    process.stdout.write(`${readVersion()}\n`);
  });

await ring.parseAsync();
