/** `ring context`: manages this user's named servers. */

import type { CommandContext } from '../command-context.ts';
import { type Context, checkContextName, contextNamed, readContexts, writeContexts } from '../contexts.ts';
import { CommandError } from '../failure.ts';
import type { OutputOptions } from '../output-option.ts';
import { printList, type View } from '../print.ts';
import { checkUrl } from '../target.ts';

interface Row extends Pick<Context, 'url' | 'username' | 'expires_at'> {
  readonly name: string;
  readonly current: boolean;
  readonly logged_in: boolean;
}

const view: View<Row> = {
  kind: 'context',
  name: ({ name }) => name,
  columns: [
    { title: '', of: ({ current }) => (current ? '*' : '') },
    { title: 'NAME', of: ({ name }) => name },
    { title: 'URL', of: ({ url }) => url },
    { title: 'USER', of: ({ username = '' }) => username },
    {
      title: 'TOKEN',
      of: (row) => standingOf(row),
      colour: (row) => (standingOf(row) === 'ended' ? 'yellow' : null),
    },
  ],
};

const standingOf = ({ logged_in: loggedIn, expires_at: until }: Row): string => {
  if (!loggedIn) return 'none';
  return until !== undefined && Date.parse(until) < Date.now() ? 'ended' : `until ${until ?? 'it is ended'}`;
};

/** Lists the contexts; tokens are not shown. */
export const listContexts = async (
  { terminal, env, globals }: CommandContext,
  { output }: OutputOptions,
): Promise<void> => {
  const { current, contexts } = await readContexts(env);
  const used = globals.context ?? (env.RING_CONTEXT || current);
  const rows = Object.entries(contexts).map(
    ([name, { token, ...context }]): Row => ({
      name,
      current: name === used,
      ...context,
      logged_in: token !== undefined,
    }),
  );
  await printList(terminal, rows, { view, output });
};

/** Makes a context the one that is used by default. */
export const useContext = async ({ terminal, env }: CommandContext, name: string): Promise<void> => {
  const contexts = await readContexts(env);
  const { url } = contextNamed(contexts, name);
  await writeContexts({ ...contexts, current: name }, env);
  terminal.note(`Commands ask ${url} from now on`);
};

/** Creates or changes a context. A token belongs to its server: changing the URL removes it. */
export const setContext = async ({ terminal, env, globals }: CommandContext, name: string): Promise<void> => {
  checkContextName(name);
  const { current, contexts } = await readContexts(env);
  const before = Object.hasOwn(contexts, name) ? contexts[name] : undefined;
  const written = globals.url ?? before?.url;
  if (written === undefined) throw new CommandError('Add --url with the URL of its server');
  const url = checkUrl(written);
  const own = env.RING_TOKEN ? { token: env.RING_TOKEN } : {};
  const context: Context = { ...(before?.url === url ? before : { url }), ...own };
  await writeContexts({ current: current ?? name, contexts: { ...contexts, [name]: context } }, env);
  const next = context.token === undefined ? `; log in by \`ring login --context ${name}\`` : '';
  terminal.note(`The context ${name} is ${url}${next}`);
};

/** Removes a context with its token. */
export const removeContext = async ({ terminal, env }: CommandContext, name: string): Promise<void> => {
  const all = await readContexts(env);
  contextNamed(all, name);
  const { [name]: _gone, ...contexts } = all.contexts;
  await writeContexts({ current: all.current === name ? null : all.current, contexts }, env);
  terminal.note(`The context ${name} is forgotten; its token still holds on the server until it ends`);
};
