/**
 * Chooses the server and the token of a command: flags have precedence over the environment, which has precedence over
 * the file of contexts. A token is only ever sent to the server that it belongs to.
 */

import type { Globals } from './command-context.ts';
import { type Context, type Contexts, contextNamed } from './contexts.ts';
import type { Env } from './environment.ts';
import { CommandError } from './failure.ts';

/** The URL used when none is configured. */
export const defaultUrl = 'http://127.0.0.1:3030';

/** A server and its token. */
export interface Target {
  readonly url: string;
  readonly token: string | null;
  /** The context that both come from; null when the URL was given directly. */
  readonly context: string | null;
}

/** Chooses the server. CommandError for an unknown context or an invalid URL. */
export const chooseTarget = ({ context, url }: Globals, env: Env, contexts: Contexts): Target => {
  const own = env.RING_TOKEN || null;
  if (context !== undefined) {
    const named = contextNamed(contexts, context);
    const [asked, home] = [checkUrl(url ?? named.url), checkUrl(named.url)];
    const token = asked === home ? (named.token ?? own) : (own ?? tokenFor(asked, contexts));
    return { url: asked, token, context };
  }
  const given = url ?? (env.RING_URL || undefined);
  if (given !== undefined) {
    const checked = checkUrl(given);
    return { url: checked, token: own ?? tokenFor(checked, contexts), context: null };
  }
  const name = env.RING_CONTEXT || contexts.current;
  if (!name) return { url: defaultUrl, token: own, context: null };
  const named = contextNamed(contexts, name);
  return { url: checkUrl(named.url), token: own ?? named.token ?? null, context: name };
};

/** Returns a URL in its stored form, without a trailing slash. CommandError when it cannot be the URL of a server. */
export const checkUrl = (text: string): string => {
  const fault = `${JSON.stringify(text)} is not the URL of a server: write it like ${defaultUrl}`;
  if (!URL.canParse(text)) throw new CommandError(fault);
  const { protocol, search, hash, username } = new URL(text);
  if (!['http:', 'https:'].includes(protocol)) throw new CommandError(fault);
  if (search !== '' || hash !== '' || username !== '') {
    throw new CommandError(`${fault}, without a user, a query or a fragment`);
  }
  return text.replace(/\/+$/, '');
};

function tokenFor(url: string, { current, contexts }: Contexts): string | null {
  const same = (context: Context | undefined) => context?.url === url;
  const first = current === null ? undefined : contexts[current];
  const found = same(first) ? first : Object.values(contexts).find(same);
  return found?.token ?? null;
}
