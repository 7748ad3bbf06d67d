/** `ring delete`: deletes the named objects, one after the other; a failure does not stop the others. */
import { parseDuration } from '../../../core/deployment/spec/quantity.ts';
import { ClientError } from '../../../handlers/client.ts';
import { confirm } from '../ask.ts';
import type { Outcome } from '../command-context.ts';
import type { WaitOptions, YesOption } from '../commands/shared.ts';
import { makeEach } from '../each.ts';
import { type ExitCode, exitOf, exits } from '../exit-codes.ts';
import { CommandError } from '../failure.ts';
import type { Session } from '../session.ts';
import type { Kind } from './kind.ts';
import { readNames } from './kinds.ts';

/** The options of `ring delete`. */
export interface DeleteOptions extends YesOption, WaitOptions {
  readonly namespace?: string;
  readonly cascade?: true;
  readonly ignoreMissing?: true;
}

/**
 * Deletes objects; each failure is printed. Resolves to 0, the exit code of the first failure, or 2 when the wait times
 * out. CommandError for a kind that cannot be deleted and for a refused confirmation, before anything is deleted.
 */
export const remove = async (
  session: Session,
  words: readonly string[],
  options: DeleteOptions,
): Promise<Outcome> => {
  const named = readNames(words, options.namespace);
  for (const { kind, ids } of named) {
    const [name] = kind.names;
    if (kind.remove === null) throw new CommandError(`A ${name} cannot be deleted`);
    if (ids.length === 0)
      throw new CommandError(`Name the ${name} to delete: \`ring get ${name}s\` lists them`);
  }
  for (const { kind, ids } of named) await askFirst(session, { kind, ids, options });
  const each = makeEach(session);
  const deployments: string[] = [];
  for (const { kind, id } of named.flatMap(({ kind, ids }) => ids.map((id) => ({ kind, id })))) {
    const isDone = await each.attempt(`${kind.names[0]}/${id}`, () =>
      removeOne(session, { kind, id, options }),
    );
    if (isDone && kind.names[0] === 'deployment') deployments.push(id);
  }
  const waited = options.wait ? await untilGone(session, deployments, options) : exits.ok;
  return each.exit() || waited;
};

async function untilGone(
  session: Session,
  deployments: readonly string[],
  options: DeleteOptions,
): Promise<ExitCode> {
  const { waitUntil } = await import('../follow/wait-for.ts');
  const timeoutMs = parseDuration(options.timeout) ?? 0;
  const ends = await Promise.all(
    deployments.map((id) => waitUntil(session, { id, until: 'deleted', timeoutMs })),
  );
  if (ends.every(({ outcome }) => outcome === 'reached')) return exits.ok;
  session.terminal.note('ring: timed out while containers were still being removed; the removal goes on');
  return exits.changes;
}

async function removeOne(
  session: Session,
  { kind, id, options }: { readonly kind: Kind; readonly id: string; readonly options: DeleteOptions },
): Promise<void> {
  const { terminal } = session;
  try {
    await kind.remove?.(session, id, { cascade: options.cascade === true });
    terminal.line(`${kind.names[0]}/${id} deleted`);
  } catch (error) {
    if (options.ignoreMissing !== true || !isMissing(error)) throw error;
    terminal.note(`${kind.names[0]}/${id} does not exist`);
  }
}

const isMissing = (error: unknown): boolean =>
  (error instanceof ClientError && exitOf[error.code] === exits.notFound) ||
  (error instanceof CommandError && error.exit === exits.notFound);

/** Asks for confirmation before deleting objects that hold data or contain others. */
async function askFirst(
  { terminal }: Session,
  {
    kind,
    ids,
    options,
  }: { readonly kind: Kind; readonly ids: readonly string[]; readonly options: DeleteOptions },
): Promise<void> {
  if (options.yes) return;
  const [name] = kind.names;
  if (name === 'volume') await confirm(terminal, `Delete ${ids.join(', ')} and all data in it?`);
  if (name === 'namespace' && options.cascade) {
    await confirm(terminal, `Delete ${ids.join(', ')} with all deployments, configs and secrets in it?`);
  }
}
