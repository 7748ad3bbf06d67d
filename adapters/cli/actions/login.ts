/** `ring login` and `ring logout`: obtain the token of a context and revoke it. */
import { ask, askSecret } from '../ask.ts';
import type { CommandContext } from '../command-context.ts';
import { type Context, type Contexts, checkContextName, readContexts, writeContexts } from '../contexts.ts';
import { CommandError } from '../failure.ts';
import { connect, openSession, type Session } from '../session.ts';
import { checkUrl, defaultUrl } from '../target.ts';

/** The options of `ring login`. */
export interface LoginOptions {
  readonly username?: string;
  readonly passwordStdin?: true;
}

/** Asks for name and password, gets a token and stores it in the named context, otherwise in the one with this URL. */
export const login = async (
  context: CommandContext,
  given: string | undefined,
  options: LoginOptions,
): Promise<void> => {
  const { terminal, env } = context;
  const contexts = await readContexts(env);
  const { name, url } = placeOf(context, given, contexts);
  const username = options.username ?? (await askName(context));
  const password = await askSecret(terminal, {
    question: `Password of ${username} at ${url}: `,
    fromStdin: options.passwordStdin === true,
    instead: 'hand it in by --password-stdin',
  });
  const { body } = await connect(context, { url, token: null }).logIn({ body: { username, password } });
  const kept: Context = { url, username, token: body.token, expires_at: body.expires_at };
  const now = await readContexts(env);
  await writeContexts({ current: name, contexts: { ...now.contexts, [name]: kept } }, env);
  terminal.note(`Logged in to ${url} as ${username}, until ${body.expires_at}. The context is ${name}.`);
};

const askName = async ({ terminal }: CommandContext): Promise<string> => {
  if (!terminal.isInteractive) return 'admin';
  const answer = await ask(terminal, { question: 'Username [admin]: ', instead: 'name it by --username' });
  return answer.trim() || 'admin';
};

interface Place {
  readonly name: string;
  readonly url: string;
}

function placeOf({ globals, env }: CommandContext, given: string | undefined, contexts: Contexts): Place {
  const named = globals.context ?? (env.RING_CONTEXT || undefined);
  const written = given ?? globals.url ?? (env.RING_URL || undefined);
  if (named !== undefined) {
    checkContextName(named);
    return { name: named, url: checkUrl(written ?? contexts.contexts[named]?.url ?? defaultUrl) };
  }
  const current = contexts.current;
  if (written === undefined && current !== null) {
    return { name: current, url: checkUrl(contexts.contexts[current]?.url ?? defaultUrl) };
  }
  const url = checkUrl(written ?? defaultUrl);
  const same = Object.entries(contexts.contexts).find(([, context]) => context.url === url);
  return { name: same?.[0] ?? freeName(url, contexts), url };
}

/** Returns a name for a new context, derived from the URL's host, that no other context has. */
function freeName(url: string, { contexts }: Contexts): string {
  const { hostname, port } = new URL(url);
  const isHere = ['127.0.0.1', 'localhost', '[::1]'].includes(hostname);
  const base = isHere ? 'local' : hostname.replaceAll(/[^A-Za-z0-9.-]/g, '') || 'ring';
  if (!Object.hasOwn(contexts, base)) return base;
  const name = `${base}-${port || 'other'}`;
  for (let count = 2; ; count += 1) {
    const tried = count === 2 ? name : `${name}-${count}`;
    if (!Object.hasOwn(contexts, tried)) return tried;
  }
}

/** Revokes the token on the server and removes it here, even when the server cannot be reached. */
export const logout = async (context: CommandContext): Promise<void> => {
  const { terminal, env } = context;
  const session = await openSession(context);
  if (session.token === null) throw new CommandError('Not logged in');
  try {
    await session.client.logOut();
    terminal.note(`Logged out of ${session.url}`);
  } finally {
    await forget(session, await readContexts(env));
  }
};

async function forget({ env, token }: Session, { current, contexts }: Contexts): Promise<void> {
  const without = Object.entries(contexts).map(([name, context]) => {
    const { token: own, expires_at: _until, ...rest } = context;
    return [name, own === token ? rest : context] as const;
  });
  await writeContexts({ current, contexts: Object.fromEntries(without) }, env);
}
