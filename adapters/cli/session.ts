/** A command's connection to a server: the typed client with its token, and the terminal. */
import { type Client, makeClient } from '../../handlers/client.ts';
import type { CommandContext } from './command-context.ts';
import { readContexts } from './contexts.ts';
import { withTags } from './tagged-fetch.ts';
import { chooseTarget, type Target } from './target.ts';

/** The context of a command that uses a server. */
export interface Session extends CommandContext, Target {
  /**
   * The client with every endpoint by name; its calls are aborted when the command ends. They reject with ClientError.
   */
  readonly client: Client;
}

/** Chooses the server and makes the client without sending anything. */
export const openSession = async (context: CommandContext): Promise<Session> => {
  const target = chooseTarget(context.globals, context.env, await readContexts(context.env));
  return { ...context, ...target, client: connect(context, target) };
};

/** Makes the client for a server; its calls are aborted when the command ends. */
export const connect = (
  { signal }: Pick<CommandContext, 'signal'>,
  { url, token }: Pick<Target, 'url' | 'token'>,
): Client =>
  makeClient({
    url,
    ...(token === null ? {} : { token }),
    fetch: withTags((input, init = {}) =>
      fetch(input, { ...init, signal: init.signal ? AbortSignal.any([init.signal, signal]) : signal }),
    ),
  });
