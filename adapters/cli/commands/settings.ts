/** The options that every command with a database of its own takes. */
import { type Command, Option } from 'commander';

/** Gives a command the settings that `serve` and `reconcile` share. */
export const withSettings = (command: Command): Command =>
  command
    .option('--data-dir <path>', 'where the database and the key are kept (RING_DATA_DIR, ./data)')
    .option('--docker-host <address>', 'the engine (DOCKER_HOST, unix:///var/run/docker.sock)')
    .option('--concurrency <number>', 'engine calls at once (RING_CONCURRENCY, 8)')
    .addOption(
      new Option('--log-level <level>', 'silent, error, warn, info or debug (RING_LOG_LEVEL, info)'),
    );
