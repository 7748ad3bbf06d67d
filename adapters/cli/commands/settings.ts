/** The options of every command that opens the database itself. */
import { type Command, Option } from 'commander';

/** Adds the options for the settings that `serve` and `reconcile` share. */
export const withSettings = (command: Command): Command =>
  command
    .option('--data-dir <path>', 'where the database and the key are kept (RING_DATA_DIR, ./data)')
    .option('--docker-host <address>', 'the engine (DOCKER_HOST, unix:///var/run/docker.sock)')
    .option('--concurrency <number>', 'engine calls at once (RING_CONCURRENCY, 8)')
    .addOption(
      new Option('--log-level <level>', 'silent, error, warn, info or debug (RING_LOG_LEVEL, info)'),
    );
