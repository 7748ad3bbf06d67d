/** A command's connection to a server: the typed client with the token that belongs there, and the terminal. */
import { type Client, makeClient } from '../../handlers/client.ts';
import type { CommandContext } from './command-context.ts';
import { readContexts } from './contexts.ts';
import { withTags } from './tagged-fetch.ts';
import { chooseTarget, type Target } from './target.ts';

/** What a command that asks a server has around it. */
export interface Session extends CommandContext, Target {
  /** Every endpoint by name; its calls end with the command. They reject with ClientError. */
  readonly client: Client;
}

/** Chooses the server and makes the client; nothing is sent yet. */
export const openSession = async (context: CommandContext): Promise<Session> => {
  const target = chooseTarget(context.globals, context.env, await readContexts(context.env));
  return { ...context, ...target, client: connect(context, target) };
};

/** The client for a server; its calls end with the command. */
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
