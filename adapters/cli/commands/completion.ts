/** The arguments of `ring completion`, and of the command that its scripts call. */
import { Argument } from 'commander';
import type { Declare } from '../cli.ts';
import type { Shell } from '../completion/scripts.ts';

/** Adds `ring completion` and the hidden `ring __complete`. */
export const declareCompletion: Declare = (ring, cli) => {
  ring
    .command('completion')
    .description('print the completion script of a shell')
    .addArgument(new Argument('<shell>', 'the shell').choices(['bash', 'zsh', 'fish']))
    .addHelpText(
      'after',
      `
  bash   source <(ring completion bash)               in ~/.bashrc
  zsh    source <(ring completion zsh)                in ~/.zshrc, after compinit
  fish   ring completion fish > ~/.config/fish/completions/ring.fish

Names of resources are read from the server that the command line selects.`,
    )
    .action((shell: Shell) =>
      cli.local(async ({ terminal }) => {
        const { scripts } = await import('../completion/scripts.ts');
        terminal.write(scripts[shell]);
      }),
    );
  ring
    .command('__complete', { hidden: true })
    .argument('[words...]')
    .action((words: string[]) =>
      cli.local(async (context) =>
        (await import('../completion/complete.ts')).complete(context, ring, words),
      ),
    );
};
