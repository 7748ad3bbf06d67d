/** `ring completion`, and what the scripts that it prints ask: what they take. */
import { Argument } from 'commander';
import type { Declare } from '../cli.ts';
import type { Shell } from '../completion/scripts.ts';

/** Adds `ring completion` and the hidden `ring __complete`. */
export const declareCompletion: Declare = (ring, cli) => {
  ring
    .command('completion')
    .description('print what makes a shell complete commands, options and names')
    .addArgument(new Argument('<shell>', 'the shell').choices(['bash', 'zsh', 'fish']))
    .addHelpText(
      'after',
      `
  bash   source <(ring completion bash)               in ~/.bashrc
  zsh    source <(ring completion zsh)                in ~/.zshrc, after compinit
  fish   ring completion fish > ~/.config/fish/completions/ring.fish

Names of deployments and the like are asked of the server that the line means.`,
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
      cli.local(async (world) => (await import('../completion/complete.ts')).complete(world, ring, words)),
    );
};
