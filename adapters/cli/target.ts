/**
 * Which server a command asks, and as whom: flags beat the environment, which beats the file of contexts. A token is
 * sent to no other server than the one it was given for.
 */

import type { Globals } from './command-context.ts';
import { type Context, type Contexts, contextNamed } from './contexts.ts';
import type { Env } from './environment.ts';
import { CommandError } from './failure.ts';

/** Where Ring is looked for when nothing says otherwise. */
export const defaultUrl = 'http://127.0.0.1:3030';

/** A server, and the token for it. */
export interface Target {
  readonly url: string;
  readonly token: string | null;
  /** The context that both come from; null where the URL was given by itself. */
  readonly context: string | null;
}

/** Chooses the server. CommandError for a context that is not there and a URL that is none. */
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

/** A URL as it is kept: without a slash at its end. CommandError where it is none that a server can have. */
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
