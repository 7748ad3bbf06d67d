/** Reads the names of objects from the line's server. When it does not answer in time, there are no candidates. */
import type { Client } from '../../../handlers/client.ts';
import type { CommandContext } from '../command-context.ts';
import { type Contexts, readContexts } from '../contexts.ts';
import { openSession } from '../session.ts';
import type { Candidate, Noun, Position } from './position.ts';

// The timeout in ms: by then the user has typed the word.
const patienceMs = 1_500;

interface Named {
  readonly id?: string;
  readonly name?: string;
  readonly username?: string;
  readonly namespace?: string;
  readonly status?: string;
}

/** Returns the names of all objects of a kind; never rejects. */
export async function namesOf(
  noun: Noun,
  { globals, namespace }: Pick<Position, 'globals' | 'namespace'>,
  context: CommandContext,
): Promise<readonly Candidate[]> {
  try {
    if (noun === 'context') return contextNames((await readContexts(context.env)).contexts);
    const signal = AbortSignal.any([context.signal, AbortSignal.timeout(patienceMs)]);
    const { client } = await openSession({ ...context, globals: { ...context.globals, ...globals }, signal });
    const found = await list(noun, client);
    return found
      .filter((one) => namespace === null || one.namespace === undefined || one.namespace === namespace)
      .map((one) => ({ word: wordOf(one, namespace), about: one.status ?? '' }));
  } catch {
    // A shell that completes has no place to show errors.
    return [];
  }
}

const contextNames = (contexts: Contexts['contexts']): readonly Candidate[] =>
  Object.entries(contexts).map(([word, { url }]) => ({ word, about: url }));

/** Returns the name when the line has a namespace, otherwise the id. */
const wordOf = ({ id, name, username }: Named, namespace: string | null): string =>
  username ?? (namespace === null ? (id ?? name) : (name ?? id)) ?? '';

async function list(noun: Exclude<Noun, 'context'>, client: Client): Promise<readonly Named[]> {
  switch (noun) {
    case 'deployment':
      return (await client.listDeployments({})).body;
    case 'job':
      return (await client.listDeployments({})).body.filter(({ kind }) => kind === 'job');
    case 'config':
      return (await client.listConfigs({})).body;
    case 'secret':
      return (await client.listSecrets({})).body;
    case 'namespace':
      return (await client.listNamespaces({})).body.map(({ name }) => ({ name }));
    case 'volume':
      return (await client.listVolumes({})).body.map(({ name }) => ({ name }));
    case 'user':
      return (await client.listUsers({})).body.map(({ username }) => ({ username }));
  }
}
