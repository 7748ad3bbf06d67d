/**
 * `ring delete -f`: deletes the objects of manifests in order of dependency: deployments, then configs and secrets,
 * then the listed namespaces. Volumes are kept, and a missing object is not an error, so that the command can be
 * repeated.
 */
import { parseDuration } from '../../../core/deployment/spec/quantity.ts';
import type { Manifest } from '../../../core/manifest/manifest.ts';
import { defaultNamespace, qualifiedId } from '../../../core/name.ts';
import { ClientError } from '../../../handlers/client.ts';
import { type Each, makeEach } from '../each.ts';
import { type ExitCode, exitOf, exits } from '../exit-codes.ts';
import { CommandError } from '../failure.ts';
import { waitUntil } from '../follow/wait-for.ts';
import type { Session } from '../session.ts';
import { loadManifests, type ManifestFlags } from './load.ts';

/** The options of `ring delete -f`. */
export interface DeleteManifestOptions extends ManifestFlags {
  readonly timeout: string;
}

/**
 * Deletes the objects of the manifests; each failure is printed. In a namespace where a deployment could not be
 * deleted, or is not gone in time, everything else is kept. Resolves to 0, the exit code of the first failure, or 2 on
 * timeout. CommandError for faulty manifests, before anything is deleted.
 */
export const deleteManifests = async (
  session: Session,
  words: readonly string[],
  options: DeleteManifestOptions,
): Promise<ExitCode> => {
  if (options.file.length === 0) {
    throw new CommandError('Name what to delete: a kind and names, or manifests with -f');
  }
  if (words.length > 0) throw new CommandError('Give names or manifests (-f), not both');
  const { client, terminal } = session;
  const { manifests } = await loadManifests(options, session);
  const each = makeEach(session);
  const { stuck, late } = await deleteDeployments(session, named(manifests, 'deployments'), {
    each,
    options,
  });
  const remaining = new Set([...stuck, ...late].map(({ namespace }) => namespace));
  const others: readonly Removal[] = [
    ...named(manifests, 'configs').map(({ id, namespace }) => ({
      what: `config/${id}`,
      namespace,
      ask: () => client.deleteConfig({ params: { id } }),
    })),
    ...named(manifests, 'secrets').map(({ id, namespace }) => ({
      what: `secret/${id}`,
      namespace,
      ask: () => client.deleteSecret({ params: { id } }),
    })),
    ...[...new Set(manifests.flatMap(({ namespaces = [] }) => namespaces))].map((name) => ({
      what: `namespace/${name}`,
      namespace: name,
      ask: () => client.deleteNamespace({ params: { name } }),
    })),
  ];
  for (const { what, namespace, ask } of others) {
    if (remaining.has(namespace))
      terminal.note(`${what} is kept: not all deployments in ${namespace} are gone`);
    else await each.attempt(what, () => remove(session, what, ask));
  }
  if (late.length === 0) return each.exit();
  const ids = late.map(({ id }) => id).join(', ');
  terminal.note(
    `ring: timed out while ${ids} was still being removed; repeat the command to delete the rest`,
  );
  return each.exit() || exits.changes;
};

interface Named {
  readonly id: string;
  readonly namespace: string;
}

interface Removal {
  readonly what: string;
  readonly namespace: string;
  readonly ask: () => Promise<unknown>;
}

const named = (
  manifests: readonly Manifest[],
  section: 'deployments' | 'configs' | 'secrets',
): readonly Named[] =>
  manifests.flatMap(({ namespace: common = defaultNamespace, [section]: entries = {} }) =>
    Object.entries(entries).map(([name, { namespace = common }]) => ({
      id: qualifiedId(name, namespace),
      namespace,
    })),
  );

interface Deleting {
  readonly each: Each;
  readonly options: DeleteManifestOptions;
}

/**
 * Deletes deployments and waits until their containers are gone; returns which were refused and which are not gone in
 * time.
 */
async function deleteDeployments(
  session: Session,
  deployments: readonly Named[],
  { each, options }: Deleting,
): Promise<{ readonly stuck: readonly Named[]; readonly late: readonly Named[] }> {
  const stuck: Named[] = [];
  const deleted: Named[] = [];
  for (const one of deployments) {
    const what = `deployment/${one.id}`;
    const ask = () => session.client.deleteDeployment({ params: { id: one.id } });
    const isDone = await each.attempt(what, () => remove(session, what, ask));
    (isDone ? deleted : stuck).push(one);
  }
  const timeoutMs = parseDuration(options.timeout) ?? 0;
  const ends = await Promise.all(
    deleted.map(async (one) => ({
      one,
      end: await waitUntil(session, { id: one.id, until: 'deleted', timeoutMs }),
    })),
  );
  const late = ends.filter(({ end }) => end.outcome !== 'reached').map(({ one }) => one);
  return { stuck, late };
}

/** Deletes one object; a missing one is not an error. */
async function remove({ terminal }: Session, what: string, ask: () => Promise<unknown>): Promise<void> {
  try {
    await ask();
    terminal.line(`${what} deleted`);
  } catch (error) {
    if (!(error instanceof ClientError) || exitOf[error.code as keyof typeof exitOf] !== exits.notFound)
      throw error;
    terminal.note(`${what} does not exist`);
  }
}
