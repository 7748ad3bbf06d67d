/** The store's secrets in memory, and which revisions refer to them. */
import type { DeploymentRecord, RevisionInput } from '../../core/deployment/record.ts';
import { RingError } from '../../core/errors.ts';
import { isOver } from '../../core/run/run.ts';
import type { SecretRecord } from '../../core/secret/secret.ts';
import type { Secrets } from '../../core/secret/secrets.ts';
import { type FakeData, revisionKey, stored } from './fake-data.ts';
import { ensureFakeNamespace } from './fake-namespaces.ts';
import { runsOf } from './fake-runs.ts';

/** Secrets on fake data; `open` refuses where nothing may be written. */
export const makeFakeSecrets = (source: {
  readonly read: () => Promise<FakeData>;
  readonly open: () => Promise<FakeData>;
}): Secrets => ({
  async find(idOrQualified) {
    const { secrets } = await source.read();
    const dot = idOrQualified.indexOf('.');
    const byId = secrets.get(idOrQualified);
    if (byId || dot < 0) return byId ?? null;
    return named(secrets.values(), idOrQualified.slice(dot + 1), idOrQualified.slice(0, dot));
  },
  async findByName(namespace, name) {
    return named((await source.read()).secrets.values(), namespace, name);
  },
  async list(namespaces) {
    const all = [...(await source.read()).secrets.values()].sort((one, other) =>
      one.id < other.id ? -1 : 1,
    );
    return all.filter(({ namespace }) => namespaces.length === 0 || namespaces.includes(namespace));
  },
  async insert(secret) {
    const data = await source.open();
    const { secrets } = data;
    if (secrets.has(secret.id) || named(secrets.values(), secret.namespace, secret.name))
      throw new RingError('SECRET_EXISTS', 'A secret of this name exists');
    secrets.set(secret.id, stored(secret));
    ensureFakeNamespace(data, secret.namespace, secret.createdAt);
  },
  async update(secret) {
    const { secrets } = await source.open();
    if (!secrets.has(secret.id)) throw new RingError('SECRET_NOT_FOUND', 'Secret not found');
    secrets.set(secret.id, stored(secret));
  },
  async delete(id) {
    (await source.open()).secrets.delete(id);
  },
});

const named = (all: Iterable<SecretRecord>, namespace: string, name: string): SecretRecord | null =>
  [...all].find((one) => one.namespace === namespace && one.name === name) ?? null;

/** Those of these secrets that are there, by name. */
export const secretsNamed = (
  { secrets }: FakeData,
  namespace: string,
  names: readonly string[],
): readonly SecretRecord[] =>
  [...secrets.values()]
    .filter((one) => one.namespace === namespace && names.includes(one.name))
    .sort((one, other) => (one.name < other.name ? -1 : 1));

/** Deployments, by id, that are not deleted and of which a revision that is needed refers to this. */
export const fakeUsersOf = (
  data: FakeData,
  input: Pick<RevisionInput, 'kind' | 'name'> & { readonly namespace: string },
): readonly DeploymentRecord[] =>
  [...data.deployments.values()]
    .filter(({ uid, namespace, revision, deletedAt }) => {
      const running = runsOf(data, uid).filter((run) => !isOver(run));
      const stable = data.observations.get(uid)?.memory.stable ?? revision;
      const numbers = [revision, stable, ...running.map((run) => run.revision)];
      const inputs = numbers.flatMap((number) => data.revisions.get(revisionKey(uid, number))?.inputs ?? []);
      const refers = inputs.some(({ kind, name }) => kind === input.kind && name === input.name);
      return refers && deletedAt === null && namespace === input.namespace;
    })
    .sort((one, other) => (one.id < other.id ? -1 : 1));
