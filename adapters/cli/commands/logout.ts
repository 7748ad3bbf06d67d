/** The arguments and options of `ring logout`. */
import type { Declare } from '../cli.ts';

/** Adds `ring logout`. */
export const declareLogout: Declare = (ring, cli) => {
  ring
    .command('logout')
    .description('revoke the token and remove it from the context')
    .action(() => cli.local(async (context) => (await import('../actions/login.ts')).logout(context)));
};
