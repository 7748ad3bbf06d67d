/** Lists every kind that `get`, `describe` and `delete` accept, and parses their arguments. */
import { nearest } from '../../../core/nearest.ts';
import { CommandError } from '../failure.ts';
import { idIn } from '../names.ts';
import { deploymentKind } from './deployment-kind.ts';
import type { Kind } from './kind.ts';
import { configKind, namespaceKind, nodeKind, secretKind, userKind, volumeKind } from './resource-kinds.ts';

const kinds: readonly Kind[] = [
  deploymentKind,
  configKind,
  secretKind,
  namespaceKind,
  volumeKind,
  userKind,
  nodeKind,
];

/** The named objects of one kind; no ids means all of them. */
export interface Named {
  readonly kind: Kind;
  readonly ids: readonly string[];
}

/**
 * Parses `deployments`, `deployment web api` or `deployment/web config/site`: returns one entry for each sequence of a
 * kind. CommandError for an unknown kind.
 */
export const readNames = (words: readonly string[], namespace: string | undefined): readonly Named[] => {
  const [first = '', ...names] = words;
  const pairs = words.some((word) => word.includes('/'))
    ? words.map(pairOf)
    : names.map((name) => [kindNamed(first), name] as const);
  if (pairs.length === 0) return [{ kind: kindNamed(first), ids: [] }];
  const found: { kind: Kind; ids: string[] }[] = [];
  for (const [kind, name] of pairs) {
    const id = kind.isNamespaced ? idIn(name, namespace) : name;
    const last = found.at(-1);
    if (last?.kind === kind) last.ids.push(id);
    else found.push({ kind, ids: [id] });
  }
  return found;
};

const pairOf = (word: string): readonly [Kind, string] => {
  const at = word.indexOf('/');
  if (at > 0 && at < word.length - 1) return [kindNamed(word.slice(0, at)), word.slice(at + 1)];
  throw new CommandError(
    `${word} does not say what is meant: write it like deployment/${word.replace('/', '') || 'web'}`,
  );
};

const kindNamed = (word: string): Kind => {
  const wanted = word.toLowerCase();
  const found = kinds.find(({ names }) => names.includes(wanted));
  if (found) return found;
  const near = nearest(
    wanted,
    kinds.flatMap(({ names }) => names),
  );
  const known = kinds.map(({ names }) => names[0]).join(', ');
  const meant = near === null ? `there are ${known}` : `did you mean ${near}?`;
  throw new CommandError(`${word} is not a kind of resource: ${meant} (as in \`ring get deployment web\`)`);
};
