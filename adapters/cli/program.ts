/**
 * Builds the `ring` command with everything that its subcommands have in common. commands/all.ts lists them, the file
 * of each declares its arguments, and the file that it loads does the work.
 */
import { Command } from 'commander';
import type { Cli, Groups } from './cli.ts';
import type { Globals } from './command-context.ts';
import { exitHelp } from './exit-codes.ts';
import { readVersion } from './version.ts';

const environmentHelp = `
Environment:
  RING_URL       the server to ask, such as http://127.0.0.1:3030
  RING_TOKEN     the token to ask it with
  RING_CONTEXT   the context to use, as \`ring login\` makes them
  NO_COLOR       no colours

Settings of a server are environment variables too (RING_PORT), or keys in the JSON file
that RING_CONFIG names. Flags beat the environment, which beats the file.`;

/**
 * Makes the program from groups of commands; `makeCli` makes the runner of their actions and gets a function that reads
 * the global options.
 */
export const makeProgram = (groups: Groups, makeCli: (globals: () => Globals) => Cli): Command => {
  const ring = new Command('ring')
    .description('Runs containers on the Docker engines you already have, from declared deployments.')
    .version(readVersion(), '--version', 'print the version')
    .option('--context <name>', 'the server and token to use, by the name that they were stored under')
    .option('--url <url>', 'the server to ask')
    .configureHelp({ showGlobalOptions: true, sortSubcommands: false })
    .showSuggestionAfterError()
    .addHelpText('after', `${environmentHelp}\n\n${exitHelp}`);
  const cli = makeCli(() => ring.opts<Globals>());
  for (const [heading, declarations] of groups) {
    ring.commandsGroup(heading);
    for (const declare of declarations) declare(ring, cli);
  }
  return ring;
};
