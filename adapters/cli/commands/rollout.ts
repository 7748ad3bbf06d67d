/** `ring rollout`: what it takes. */
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
    .option('--timeout <duration>', 'wait for so long at most', duration, '10m');

const exitsHelp =
  '\nWith --wait it exits with 0 when the rollout is out, 7 when it failed, 2 when the time is up.';

/** Adds `ring rollout` and what is below it. */
export const declareRollout: Declare = (ring, cli) => {
  const rollout = ring
    .command('rollout')
    .description('see and steer how deployments move to their newest revision');
  declareLooks(rollout, cli);
  declareUndo(rollout, cli);
  declareSteps(rollout, cli);
};

function declareLooks(rollout: Command, cli: Cli): void {
  withWait(withNamespace(withOutput(rollout.command('status'))), 'until the rollout has ended')
    .description('say how the rollout of the newest revision stands')
    .argument('<deployment>', 'its id')
    .addHelpText(
      'after',
      '\nExits with 0 when it is out, 2 while it is on its way or held by hand, 7 when it failed.',
    )
    .action((name: string, options) =>
      cli.remote(async (session) => (await load()).status(session, name, options)),
    );
  withNamespace(withOutput(rollout.command('history')))
    .description('list the revisions that are kept, the newest first')
    .argument('<deployment>', 'its id')
    .addHelpText(
      'after',
      '\nThe one that last proved itself in every replica is what a failed rollout returns to.',
    )
    .action((name: string, options) =>
      cli.remote(async (session) => (await load()).history(session, name, options)),
    );
}

function declareUndo(rollout: Command, cli: Cli): void {
  withWait(withNamespace(rollout.command('undo')), 'until it has ended')
    .description('bring an older revision back, under a new number')
    .argument('<deployment>', 'its id')
    .option('--to <revision>', 'which one; without it the one before', wholeNumber(1, 1_000_000_000))
    .addHelpText('after', exitsHelp)
    .action((name: string, options: RolloutWaitOptions & { to?: number }) =>
      cli.remote(async (session) => (await load()).undo(session, name, options)),
    );
}

function declareSteps(rollout: Command, cli: Cli): void {
  withWait(withNamespace(rollout.command('restart')), 'until all are replaced')
    .description('replace every replica by a fresh one, as a rollout')
    .argument('<deployment...>', 'ids')
    .addHelpText('after', exitsHelp)
    .action((names: string[], options: RolloutWaitOptions) =>
      cli.remote(async (session) => (await load()).steer(session, names, { ...options, step: 'restart' })),
    );
  withNamespace(rollout.command('pause'))
    .description('hold a rollout: no further replica is replaced')
    .argument('<deployment...>', 'ids')
    .action((names: string[], options: NamespaceOption) =>
      cli.remote(async (session) => (await load()).steer(session, names, { ...options, step: 'pause' })),
    );
  withWait(withNamespace(rollout.command('resume')), 'until it has ended')
    .description('let a rollout go on')
    .argument('<deployment...>', 'ids')
    .addHelpText('after', exitsHelp)
    .action((names: string[], options: RolloutWaitOptions) =>
      cli.remote(async (session) => (await load()).steer(session, names, { ...options, step: 'resume' })),
    );
}
