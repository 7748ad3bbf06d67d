/**
 * The `ring` command: all its subcommands in the order in which `--help` lists them, and what holds for all of them.
 * What each takes stands in commands/, what each does in the file that it loads.
 */
import { Command } from 'commander';
import type { Cli, Declare } from './cli.ts';
import { declareApply } from './commands/apply.ts';
import { declareCompletion } from './commands/completion.ts';
import { declareDelete } from './commands/delete.ts';
import { declareDoctor } from './commands/doctor.ts';
import { declareEvents } from './commands/events.ts';
import { declareDescribe, declareGet } from './commands/get.ts';
import {
  declareConfig,
  declareGc,
  declareNamespace,
  declareNode,
  declareSecret,
  declareVolume,
} from './commands/house.ts';
import { declareImport } from './commands/import.ts';
import { declareInit } from './commands/init.ts';
import { declareContext, declareLogin, declareLogout } from './commands/login.ts';
import { declareLogs } from './commands/logs.ts';
import { declarePlan } from './commands/plan.ts';
import { declareReconcile } from './commands/reconcile.ts';
import { declareRollout } from './commands/rollout.ts';
import { declareRun, declareRuns } from './commands/run.ts';
import { declareScale } from './commands/scale.ts';
import { declareSchema } from './commands/schema.ts';
import { declareServe } from './commands/serve.ts';
import { declareTop } from './commands/top.ts';
import { declareUser } from './commands/user.ts';
import { declareVersion } from './commands/version.ts';
import { declareWait } from './commands/wait.ts';
import { exitHelp } from './exit-codes.ts';
import { readVersion } from './version.ts';
import type { Globals } from './world.ts';

const groups: readonly (readonly [string, readonly Declare[]])[] = [
  ['Manifests:', [declareApply, declarePlan, declareImport, declareSchema]],
  ['Deployments:', [declareGet, declareDescribe, declareScale, declareRollout, declareWait, declareDelete]],
  ['What happens:', [declareLogs, declareEvents, declareTop]],
  ['Jobs:', [declareRun, declareRuns]],
  ['What they need:', [declareConfig, declareSecret, declareNamespace, declareVolume]],
  [
    'This server and you:',
    [declareLogin, declareLogout, declareContext, declareUser, declareNode, declareGc],
  ],
  [
    'Running Ring:',
    [declareInit, declareServe, declareReconcile, declareDoctor, declareCompletion, declareVersion],
  ],
];

const environmentHelp = `
Environment:
  RING_URL       the server to ask, such as http://127.0.0.1:3030
  RING_TOKEN     the token to ask it with
  RING_CONTEXT   the context to use, as \`ring login\` makes them
  NO_COLOR       no colours

Settings of a server are environment variables too (RING_PORT), or keys in the JSON file
that RING_CONFIG names. Flags beat the environment, which beats the file.`;

/** The program; how its actions are run is handed in, with a way to read the options that all commands take. */
export const makeProgram = (makeCli: (globals: () => Globals) => Cli): Command => {
  const ring = new Command('ring')
    .description('Runs containers on the Docker engines you already have, from declared deployments.')
    .version(readVersion(), '--version', 'say which version this is')
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
