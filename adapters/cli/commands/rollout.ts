/** The arguments and options of `ring rollout`. */
import type { Command } from 'commander';
import type { Cli, Declare } from '../cli.ts';
import { withOutput } from '../output-option.ts';
import type { RolloutWaitOptions } from '../rollout/rollout.ts';
import { duration, wholeNumber } from './numbers.ts';
import { type NamespaceOption, withNamespace } from './shared.ts';

const load = () => import('../rollout/rollout.ts');

const withWait = (command: Command, what: string): Command =>
  command
    .option('-w, --wait', what)
    .option('--timeout <duration>', 'how long to wait at most', duration, '10m');

const exitsHelp =
  '\nWith --wait it exits with 0 when the rollout is complete, 7 when it failed, 2 on timeout.';

/** Adds `ring rollout` and its subcommands. */
export const declareRollout: Declare = (ring, cli) => {
  const rollout = ring
    .command('rollout')
    .description('show and control rollouts of deployments to their newest revision');
  declareLooks(rollout, cli);
  declareUndo(rollout, cli);
  declareSteps(rollout, cli);
};

function declareLooks(rollout: Command, cli: Cli): void {
  withWait(withNamespace(withOutput(rollout.command('status'))), 'wait until the rollout has ended')
    .description('show the status of the rollout of the newest revision')
    .argument('<deployment>', 'its id')
    .addHelpText(
      'after',
      '\nExits with 0 when the rollout is complete, 2 while it is in progress or paused, 7 when it failed.',
    )
    .action((name: string, options) =>
      cli.remote(async (session) => (await load()).status(session, name, options)),
    );
  withNamespace(withOutput(rollout.command('history')))
    .description('list the revisions that are kept, newest first')
    .argument('<deployment>', 'its id')
    .addHelpText(
      'after',
      '\nA failed rollout returns to the revision that was last healthy in every replica.',
    )
    .action((name: string, options) =>
      cli.remote(async (session) => (await load()).history(session, name, options)),
    );
}

function declareUndo(rollout: Command, cli: Cli): void {
  withWait(withNamespace(rollout.command('undo')), 'wait until the rollout has ended')
    .description('return to an older revision, under a new number')
    .argument('<deployment>', 'its id')
    .option(
      '--to <revision>',
      'the revision; by default the one before the current one',
      wholeNumber(1, 1_000_000_000),
    )
    .addHelpText('after', exitsHelp)
    .action((name: string, options: RolloutWaitOptions & { to?: number }) =>
      cli.remote(async (session) => (await load()).undo(session, name, options)),
    );
}

function declareSteps(rollout: Command, cli: Cli): void {
  withWait(withNamespace(rollout.command('restart')), 'wait until all replicas are replaced')
    .description('replace all replicas with new containers, as a rollout')
    .argument('<deployment...>', 'ids')
    .addHelpText('after', exitsHelp)
    .action((names: string[], options: RolloutWaitOptions) =>
      cli.remote(async (session) => (await load()).steer(session, names, { ...options, step: 'restart' })),
    );
  withNamespace(rollout.command('pause'))
    .description('pause a rollout: no further replica is replaced')
    .argument('<deployment...>', 'ids')
    .action((names: string[], options: NamespaceOption) =>
      cli.remote(async (session) => (await load()).steer(session, names, { ...options, step: 'pause' })),
    );
  withWait(withNamespace(rollout.command('resume')), 'wait until the rollout has ended')
    .description('resume a paused rollout')
    .argument('<deployment...>', 'ids')
    .addHelpText('after', exitsHelp)
    .action((names: string[], options: RolloutWaitOptions) =>
      cli.remote(async (session) => (await load()).steer(session, names, { ...options, step: 'resume' })),
    );
}
