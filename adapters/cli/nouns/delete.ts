/** `ring delete`: deletes what is named, one after the other; the first one that is refused ends it. */
import { parseDuration } from '../../../core/deployment/quantity.ts';
import { ClientError } from '../../../handlers/client.ts';
import { confirm } from '../ask.ts';
import type { WaitOptions, YesOption } from '../commands/shared.ts';
import { exitOf, exits } from '../exit-codes.ts';
import { CommandError } from '../failure.ts';
import type { Session } from '../session.ts';
import type { Outcome } from '../world.ts';
import type { Kind } from './kind.ts';
import { readNames } from './kinds.ts';

/** What `ring delete` may be told. */
export interface DeleteOptions extends YesOption, WaitOptions {
  readonly namespace?: string;
  readonly cascade?: true;
  readonly ignoreMissing?: true;
}

/** Deletes things. CommandError for a kind that cannot be deleted; the API's errors are let through. */
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
      throw new CommandError(`Name the ${name} to delete: \`ring get ${name}s\` lists those there are`);
  }
  for (const { kind, ids } of named) {
    await askFirst(session, { kind, ids, options });
    for (const id of ids) await removeOne(session, { kind, id, options });
  }
  const deployments = named.flatMap(({ kind, ids }) => (kind.names[0] === 'deployment' ? ids : []));
  if (!options.wait || deployments.length === 0) return;
  const { waitUntil } = await import('../follow/wait-for.ts');
  const timeoutMs = parseDuration(options.timeout) ?? 0;
  const ends = await Promise.all(
    deployments.map((id) => waitUntil(session, { id, until: 'deleted', timeoutMs })),
  );
  if (ends.every(({ outcome }) => outcome === 'reached')) return;
  session.terminal.note('ring: the time is up before all of it is gone; it goes on by itself');
  return exits.changes;
};

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
    terminal.note(`${kind.names[0]}/${id} is not there`);
  }
}

const isMissing = (error: unknown): boolean =>
  (error instanceof ClientError && exitOf[error.code] === exits.notFound) ||
  (error instanceof CommandError && error.exit === exits.notFound);

/** What holds data, or takes everything along, is asked for. */
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
