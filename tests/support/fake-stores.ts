/** The stores of the API in memory: deployments, events, users, revocations and configs. */

import { declaredView, unobserved } from '../../core/deployment/detail.ts';
import type { DeploymentFilter } from '../../core/deployment/filter.ts';
import type { DeploymentRecord } from '../../core/deployment/record.ts';
import { isSelected } from '../../core/deployment/selector.ts';
import type { DeploymentSummary, ObservedView } from '../../core/deployment/view.ts';
import { RingError } from '../../core/errors.ts';
import { Json } from '../../core/json.ts';
import { cut } from '../../core/page.ts';
import type { Configs, Deployments, Revocations, Stores, Users } from '../../core/ports.ts';
import { isOver } from '../../core/run/run.ts';
import { type FakeData, revisionKey, stored } from './fake-data.ts';
import { makeFakeEvents } from './fake-events.ts';
import { ensureFakeNamespace, makeFakeNamespaces } from './fake-namespaces.ts';
import { makeFakeDoneKeys } from './fake-request-keys.ts';
import { makeFakeRuns, runsOf } from './fake-runs.ts';
import { fakeUsersOf, makeFakeSecrets } from './fake-secrets.ts';

/** Where the stores read from, and whether they may write. */
export interface FakeSource {
  readonly read: () => Promise<FakeData>;
  readonly now: () => number;
  readonly writable: boolean;
}

/** All stores on one source. */
export const makeFakeStores = (source: FakeSource): Stores => ({
  deployments: makeDeployments(source),
  events: makeFakeEvents({ read: source.read, open: () => open(source) }),
  users: makeUsers(source),
  revocations: makeRevocations(source),
  configs: makeConfigs(source),
  secrets: makeFakeSecrets({ read: source.read, open: () => open(source) }),
  namespaces: makeFakeNamespaces({ read: source.read, open: () => open(source) }),
  doneKeys: makeFakeDoneKeys(() => open(source)),
  runs: makeFakeRuns({ read: source.read, open: () => open(source) }),
});

/** How many revisions of one deployment are kept, beside the one that last proved itself. */
const revisionsKept = 10;

async function open({ read, writable }: FakeSource): Promise<FakeData> {
  if (!writable) throw new RingError('INTERNAL', 'Writes go through write()');
  return read();
}

const byId = (a: { readonly id: string }, b: { readonly id: string }) =>
  a.id < b.id ? -1 : a.id > b.id ? 1 : 0;

interface Named {
  readonly id: string;
  readonly name: string;
  readonly namespace: string;
}

const named = <T extends Named>(all: Iterable<T>, namespace: string, name: string): T | null =>
  [...all].find((one) => one.name === name && one.namespace === namespace) ?? null;

function found<T extends Named>(all: Iterable<T>, idOrQualified: string): T | null {
  const list = [...all];
  const dot = idOrQualified.indexOf('.');
  const byItsId = list.find(({ id }) => id === idOrQualified);
  return byItsId ?? (dot < 0 ? null : named(list, idOrQualified.slice(dot + 1), idOrQualified.slice(0, dot)));
}

/** An observation as it is shown: unless unknown, seen when the runtime was last seen. */
function shownView(data: FakeData, uid: string): ObservedView {
  const view = data.observations.get(uid)?.view ?? null;
  if (view === null) return unobserved;
  const { seenAt } = data;
  const later = seenAt !== null && (view.observed_at === null || seenAt > view.observed_at);
  return view.status !== 'unknown' && later ? { ...view, observed_at: seenAt } : view;
}

function summary(data: FakeData, record: DeploymentRecord): DeploymentSummary {
  const observed = shownView(data, record.uid);
  return {
    ...declaredView(record),
    ...observed,
    status: record.deletedAt === null ? observed.status : 'deleted',
  };
}

function summaries(
  data: FakeData,
  { namespaces, statuses, selector }: DeploymentFilter,
): DeploymentSummary[] {
  const labelsOf = ({ uid, revision }: DeploymentRecord) =>
    data.revisions.get(revisionKey(uid, revision))?.spec.labels ?? {};
  return [...data.deployments.values()]
    .filter((record) => !selector || isSelected(labelsOf(record), selector))
    .sort(byId)
    .map((record) => summary(data, record))
    .filter(
      ({ namespace, status }) =>
        (namespaces.length === 0 || namespaces.includes(namespace)) &&
        (statuses.length === 0 || statuses.includes(status)),
    );
}

const makeDeployments = (source: FakeSource): Deployments => ({
  async find(idOrQualified) {
    return found((await source.read()).deployments.values(), idOrQualified);
  },
  async findByName(namespace, name) {
    return named((await source.read()).deployments.values(), namespace, name);
  },
  async listText(filter) {
    return new Json(JSON.stringify(summaries(await source.read(), filter)));
  },
  async partText(filter, page) {
    const { items, next } = cut(summaries(await source.read(), filter), ({ id }) => id, page);
    return { text: new Json(JSON.stringify(items)), next };
  },
  async observation(uid) {
    const data = await source.read();
    const kept = data.observations.get(uid);
    return kept ? { view: shownView(data, uid), memory: kept.memory } : null;
  },
  async revision(uid, number) {
    return (await source.read()).revisions.get(revisionKey(uid, number)) ?? null;
  },
  async insert(record, revision) {
    const data = await open(source);
    const { deployments, revisions } = data;
    const taken = [...deployments.values()].some(
      (one) =>
        one.uid === record.uid ||
        one.id === record.id ||
        (one.namespace === record.namespace && one.name === record.name),
    );
    if (taken) throw new RingError('DEPLOYMENT_EXISTS', 'A deployment of this name exists');
    deployments.set(record.uid, stored(record));
    revisions.set(revisionKey(revision.uid, revision.number), stored(revision));
    ensureFakeNamespace(data, record.namespace, record.createdAt);
  },
  async update(record, generation) {
    const { deployments } = await open(source);
    const current = deployments.get(record.uid);
    if (!current) throw new RingError('DEPLOYMENT_NOT_FOUND', 'Deployment not found');
    if (current.generation !== generation)
      throw new RingError('DEPLOYMENT_CHANGED', 'The deployment was changed meanwhile');
    deployments.set(record.uid, stored(record));
  },
  async declared(namespace) {
    const { deployments, revisions } = await source.read();
    return [...deployments.values()].sort(byId).flatMap((record) => {
      const revision = revisions.get(revisionKey(record.uid, record.revision));
      const isMeant = namespace === undefined || record.namespace === namespace;
      return revision && isMeant ? [{ record, spec: revision.spec }] : [];
    });
  },
  async usersOf(kind, namespace, name) {
    return fakeUsersOf(await source.read(), { kind, namespace, name });
  },
  async revisions(uid) {
    const all = [...(await source.read()).revisions.values()].filter((one) => one.uid === uid);
    return all.sort((a, b) => b.number - a.number);
  },
  async addRevision(revision) {
    const data = await open(source);
    const { deployments, revisions, observations } = data;
    const key = revisionKey(revision.uid, revision.number);
    if (!deployments.has(revision.uid)) throw new RingError('DEPLOYMENT_NOT_FOUND', 'Deployment not found');
    if (revisions.has(key)) throw new RingError('DEPLOYMENT_CHANGED', 'The deployment was changed meanwhile');
    revisions.set(key, stored(revision));
    const stable = observations.get(revision.uid)?.memory.stable;
    const running = runsOf(data, revision.uid).filter((run) => !isOver(run));
    for (const [old, { uid, number }] of revisions) {
      const isNeeded = number === stable || running.some((run) => run.revision === number);
      const forgotten = number <= revision.number - revisionsKept && !isNeeded;
      if (uid === revision.uid && forgotten) revisions.delete(old);
    }
  },
});

const makeUsers = (source: FakeSource): Users => ({
  async find(id) {
    return (await source.read()).users.get(id) ?? null;
  },
  async findByName(username) {
    return [...(await source.read()).users.values()].find((one) => one.username === username) ?? null;
  },
  async list() {
    return [...(await source.read()).users.values()];
  },
  async insert(user) {
    const data = await open(source);
    refuseTaken(data, user.username, null);
    const record = { ...stored(user), id: String(++data.lastUser) };
    data.users.set(record.id, record);
    return record;
  },
  async update(user) {
    const data = await open(source);
    if (!data.users.has(user.id)) throw new RingError('USER_NOT_FOUND', 'User not found');
    refuseTaken(data, user.username, user.id);
    data.users.set(user.id, stored(user));
  },
  async delete(id) {
    (await open(source)).users.delete(id);
  },
});

function refuseTaken({ users }: FakeData, username: string, except: string | null): void {
  const taken = [...users.values()].some((one) => one.username === username && one.id !== except);
  if (taken) throw new RingError('USER_EXISTS', 'A user of this name exists');
}

const makeRevocations = (source: FakeSource): Revocations => ({
  async add(tokenId, expiresAt) {
    const { revocations } = await open(source);
    for (const [id, ends] of revocations) if (ends <= source.now()) revocations.delete(id);
    revocations.set(tokenId, expiresAt);
  },
  async has(tokenId) {
    return (await source.read()).revocations.has(tokenId);
  },
});

const makeConfigs = (source: FakeSource): Configs => ({
  async find(idOrQualified) {
    return found((await source.read()).configs.values(), idOrQualified);
  },
  async findByName(namespace, name) {
    return named((await source.read()).configs.values(), namespace, name);
  },
  async list(namespaces) {
    const all = [...(await source.read()).configs.values()].sort(byId);
    return all.filter(({ namespace }) => namespaces.length === 0 || namespaces.includes(namespace));
  },
  async insert(config) {
    const data = await open(source);
    const { configs } = data;
    if (configs.has(config.id) || named(configs.values(), config.namespace, config.name))
      throw new RingError('CONFIG_EXISTS', 'A config of this name exists');
    configs.set(config.id, stored(config));
    ensureFakeNamespace(data, config.namespace, config.createdAt);
  },
  async update(config) {
    const { configs } = await open(source);
    if (!configs.has(config.id)) throw new RingError('CONFIG_NOT_FOUND', 'Config not found');
    configs.set(config.id, stored(config));
  },
  async delete(id) {
    (await open(source)).configs.delete(id);
  },
});
