/**
 * Reads and writes the file of contexts: servers by name, each with the token of a login, and the name of the current
 * one. The file is read and written as a whole and accessible only to its owner; target.ts decides which context a
 * command uses.
 */
import { randomUUID } from 'node:crypto';
import { chmod, mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join } from 'node:path';
import type { Env } from './environment.ts';
import { CommandError } from './failure.ts';

/** A server, and the user's token for it. */
export interface Context {
  readonly url: string;
  readonly token?: string;
  readonly username?: string;
  /** The time at which the token expires (RFC 3339). */
  readonly expires_at?: string;
}

/** All contexts. */
export interface Contexts {
  readonly current: string | null;
  readonly contexts: Readonly<Record<string, Context>>;
}

const contextName = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

/** Returns the path of the file, in the XDG configuration directory. */
export const contextsPath = (env: Env): string => {
  const { XDG_CONFIG_HOME: named, HOME: home } = env;
  // The specification requires that a path that is not absolute is ignored.
  const base = named && isAbsolute(named) ? named : join(home || homedir(), '.config');
  return join(base, 'ring', 'contexts.json');
};

/** Refuses a name that cannot be used on a command line. CommandError. */
export const checkContextName = (name: string): void => {
  if (contextName.test(name)) return;
  throw new CommandError(
    `${JSON.stringify(name)} is not a valid name of a context: use letters, digits, dots, hyphens and underscores`,
  );
};

/** Reads all contexts; none when there is no file. CommandError when the file cannot be read or is invalid. */
export const readContexts = async (env: Env): Promise<Contexts> => {
  const path = contextsPath(env);
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw new CommandError(`${path} cannot be read: ${error.code ?? error.message}`);
  });
  if (text === null) return { current: null, contexts: {} };
  const found = parse(text);
  if (found === null)
    throw new CommandError(`${path} is not a valid file of contexts: correct it or remove it`);
  return found;
};

/** Writes all contexts atomically: concurrent readers see the old file or the new one, and other users see neither. */
export const writeContexts = async (contexts: Contexts, env: Env): Promise<void> => {
  const path = contextsPath(env);
  const folder = dirname(path);
  const draft = join(folder, `.contexts.${randomUUID()}`);
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const file = await open(draft, 'wx', 0o600);
    try {
      await file.writeFile(`${JSON.stringify(contexts, null, 2)}\n`);
      await file.sync();
    } finally {
      await file.close();
    }
    // A umask can only remove permissions from 0600; restore them.
    await chmod(draft, 0o600);
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    const { code = String(error) } = error as NodeJS.ErrnoException;
    throw new CommandError(`${path} cannot be written: ${code}`);
  }
};

/** Returns the context with a name. CommandError that lists the existing ones. */
export const contextNamed = ({ contexts }: Contexts, name: string): Context => {
  const found = Object.hasOwn(contexts, name) ? contexts[name] : undefined;
  if (found) return found;
  const names = Object.keys(contexts);
  const known =
    names.length === 0 ? 'there are none; `ring login` makes one' : `there are ${names.join(', ')}`;
  throw new CommandError(`There is no context ${name}: ${known}`);
};

function parse(text: string): Contexts | null {
  try {
    const value: unknown = JSON.parse(text);
    if (!isRecord(value) || !isRecord(value.contexts)) return null;
    const { current = null, contexts } = value;
    if (current !== null && typeof current !== 'string') return null;
    const entries = Object.entries(contexts);
    return entries.every((entry): entry is [string, Context] => isContext(entry[1]))
      ? { current, contexts: Object.fromEntries(entries) }
      : null;
  } catch {
    return null;
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isContext = (value: unknown): value is Context =>
  isRecord(value) &&
  typeof value.url === 'string' &&
  ['token', 'username', 'expires_at'].every((key) => ['string', 'undefined'].includes(typeof value[key]));
