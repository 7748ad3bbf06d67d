/** The options of commands that read manifests. The files in manifest/ read them. */
import type { Command } from 'commander';

/** Collects the values of an option that may be given several times. */
export const repeated = (one: string, before: readonly string[] = []): readonly string[] => [...before, one];

/** Gives a command `-f`, `--env-file` and `-n`. */
export const withManifests = (command: Command): Command =>
  command
    .requiredOption(
      '-f, --file <path>',
      'a manifest, a folder of them, or - for stdin; may be repeated',
      repeated,
    )
    .option(
      '--env-file <path>',
      'a file of variables; the environment takes precedence; may be repeated',
      repeated,
    )
    .option('-n, --namespace <name>', 'the namespace of everything that names none');
