/**
 * `ring delete -f`: deletes what manifests name, users before what they use: deployments, then configs and secrets, then
 * the namespaces that are listed. Volumes stay. What is not there is no error, so that it may be repeated.
 */
import { parseDuration } from '../../../core/deployment/quantity.ts';
import type { Manifest } from '../../../core/manifest/manifest.ts';
import { defaultNamespace, qualifiedId } from '../../../core/name.ts';
import { ClientError } from '../../../handlers/client.ts';
import { exitOf, exits } from '../exit-codes.ts';
import { CommandError } from '../failure.ts';
import { waitUntil } from '../follow/wait-for.ts';
import type { Session } from '../session.ts';
import { loadManifests, type ManifestFlags } from './load.ts';

/** What `ring delete -f` may be told. */
export interface DeleteManifestOptions extends ManifestFlags {
  readonly timeout: string;
}

/** Deletes what the manifests name. The API's errors are let through; CommandError where containers do not end in time. */
export const deleteManifests = async (
  session: Session,
  words: readonly string[],
  options: DeleteManifestOptions,
): Promise<void> => {
  if (options.file.length === 0) {
    throw new CommandError('Say what to delete: a kind and names, or manifests by -f');
  }
  if (words.length > 0) throw new CommandError('Give names or manifests (-f), not both');
  const { client } = session;
  const { manifests } = await loadManifests(options, session);
  const deployments = named(manifests, 'deployments');
  for (const id of deployments) {
    await remove(session, `deployment/${id}`, () => client.deleteDeployment({ params: { id } }));
  }
  await untilGone(session, deployments, parseDuration(options.timeout) ?? 0);
  for (const id of named(manifests, 'configs')) {
    await remove(session, `config/${id}`, () => client.deleteConfig({ params: { id } }));
  }
  for (const id of named(manifests, 'secrets')) {
    await remove(session, `secret/${id}`, () => client.deleteSecret({ params: { id } }));
  }
  for (const name of new Set(manifests.flatMap(({ namespaces = [] }) => namespaces))) {
    await remove(session, `namespace/${name}`, () => client.deleteNamespace({ params: { name } }));
  }
};

const named = (
  manifests: readonly Manifest[],
  section: 'deployments' | 'configs' | 'secrets',
): readonly string[] =>
  manifests.flatMap(({ namespace = defaultNamespace, [section]: entries = {} }) =>
    Object.entries(entries).map(([name, entry]) => qualifiedId(name, entry.namespace ?? namespace)),
  );

async function remove({ terminal }: Session, what: string, ask: () => Promise<unknown>): Promise<void> {
  try {
    await ask();
    terminal.line(`${what} deleted`);
  } catch (error) {
    if (!(error instanceof ClientError) || exitOf[error.code as keyof typeof exitOf] !== exits.notFound)
      throw error;
    terminal.note(`${what} is not there`);
  }
}

/** What is deleted is used until its last container is gone. */
async function untilGone(session: Session, ids: readonly string[], timeoutMs: number): Promise<void> {
  const ends = await Promise.all(
    ids.map(async (id) => ({ id, end: await waitUntil(session, { id, until: 'deleted', timeoutMs }) })),
  );
  const stay = ends.filter(({ end }) => end.outcome !== 'reached').map(({ id }) => id);
  if (stay.length === 0) return;
  throw new CommandError(
    `${stay.join(', ')} is not gone yet; it goes on. Repeat the command for the rest`,
    exits.changes,
  );
}
