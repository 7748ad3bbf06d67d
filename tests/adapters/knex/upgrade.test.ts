/** A database that the first version made: everything in it is read as before, with defaults for what was not known. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openConnection } from '../../../adapters/knex/connection.ts';
import { migrate } from '../../../adapters/knex/migrate.ts';
import { migrations } from '../../../adapters/knex/migrations.ts';
import { openStore, type Store } from '../../../adapters/knex/store.ts';
import { declareDeployment } from '../../../core/deployment/commands/declare.ts';
import type { DeploymentDeclaration } from '../../../core/deployment/spec/draft.ts';
import { emptyMemory } from '../../../core/reconcile/memory.ts';
import { holdLease } from '../../contracts/store-harness.ts';
import { aCaller, aDeclaration } from '../../support/builders.ts';
import { makeCommandWorld } from '../../support/command-ports.ts';
import {
  aDeployment,
  anEvent,
  aRecording,
  aRevision,
  aSlot,
  aSpec,
  aView,
  madeAt,
} from '../../support/records.ts';

let directory = '';
let store: Store;

/** The texts as the first version wrote them. */
const declared =
  '{"id":"web","name":"web","namespace":"default","image":"nginx:1.21","runtime":"docker","kind":"worker",' +
  `"replicas":2,"revision":1,"created_at":"${madeAt}","updated_at":"${madeAt}"}`;
const {
  healthChecks: _checks,
  update: _update,
  job: _job,
  dependsOn: _waits,
  onSecretChange: _onSecret,
  onConfigChange: _onConfig,
  container: _container,
  ...firstSpec
} = aSpec();
const sealed = makeCommandWorld().vault.seal('{"environment":{},"credentials":null}', 'uid-web');
const pin = { imageId: 'sha256:1', repoDigest: null };
const { stable: _stable, rollout: _rollout, ...firstMemory } = { ...emptyMemory, slots: { 0: aSlot() } };
const { status, observed_at, rollout: _shown, ...firstObserved } = aView({ restarts: 3 });

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'ring-upgrade-'));
  const filename = join(directory, 'ring.db');
  const db = await openConnection(filename);
  await migrate(db, migrations.slice(0, 1));
  const uid = 'uid-web';
  const deployment = { uid, id: 'web', namespace: 'default', name: 'web', runtime: 'docker' };
  await db('deployments').insert({ ...deployment, revision: 1, generation: 4, declared, touched: 1 });
  const revision = { uid, number: 1, spec_hash: 'hash-1', sealed, created_at: madeAt };
  await db('revisions').insert({ ...revision, spec: JSON.stringify(firstSpec), pin: JSON.stringify(pin) });
  const texts = { observed: JSON.stringify(firstObserved), memory: JSON.stringify(firstMemory) };
  await db('observations').insert({ uid, status, observed_at, ...texts, touched: 1 });
  const { reason, level, component, message } = anEvent();
  const seen = { count: 2, first_seen: madeAt, last_seen: madeAt };
  await db('events').insert({ uid, reason, level, component, message: JSON.stringify(message), ...seen });
  await db.destroy();
  store = await openStore({ filename });
});
afterEach(async () => {
  await store.close();
  await rm(directory, { recursive: true });
});

const record = aDeployment({ replicas: 2, generation: 4 });
const first = aRevision({ pin, sealed, author: '' });
const observation = {
  view: aView({ restarts: 3 }),
  memory: { ...emptyMemory, slots: { 0: aSlot() } },
};

test('is read by the commands', async () => {
  const { deployments } = store.stores;
  expect(await deployments.find('web')).toEqual(record);
  expect(await deployments.revisions('uid-web')).toEqual([first]);
  expect(await deployments.observation('uid-web')).toEqual(observation);
});

test('is read by the reconciler', async () => {
  const desired = { record, revision: first, stable: null, older: [], runs: [], observation };
  expect(await store.reconciler.desired()).toEqual([desired]);
  expect(await store.reconciler.find('uid-web')).toEqual(desired);
});

test('is found as it was when it is declared again, and is none the same with an option that came later', async () => {
  const world = { ...makeCommandWorld(), write: store.write };
  const admin = aCaller('admin');
  const declare = (more: Partial<DeploymentDeclaration>) =>
    declareDeployment({ id: 'web', declaration: aDeclaration({ replicas: 2, ...more }) }, admin, world);
  const same = await declare({});
  const usual = await declare({ read_only: false, pids_limit: 4096 });
  const other = await declare({ read_only: true });
  expect([same, usual, other].map(({ deployment }) => deployment.revision)).toEqual([1, 1, 2]);
});

test('is in a namespace that can be listed', async () => {
  const [listed, ...others] = await store.stores.namespaces.list();
  expect([listed, others]).toMatchObject([{ name: 'default', deployments: 1, deletedAt: null }, []]);
});

test('goes on as any other', async () => {
  await store.write(async ({ deployments, events }) => {
    await deployments.addRevision(aRevision({ number: 2 }));
    await deployments.update({ ...record, revision: 2, generation: 5, paused: true }, 4);
    await events.add([anEvent()]);
  });
  const lease = await holdLease(store);
  const memory = { ...observation.memory, stable: 1 };
  await store.reconciler.record(lease, [
    aRecording({ generation: 5, observation: { view: aView(), memory } }),
  ]);
  expect(await store.reconciler.desired()).toMatchObject([{ record: { paused: true }, stable: first }]);
  expect(await store.stores.events.list('uid-web', { limit: 5 })).toMatchObject([
    { id: 'event_1', count: 3 },
  ]);
});

test('is listed with all that is shown now', async () => {
  const { text } = await store.stores.deployments.listText({ namespaces: [], statuses: [] });
  const { rollout, ...shown } = aView({ restarts: 3 });
  expect(JSON.parse(text)).toEqual([{ ...JSON.parse(declared), ...shown, rollout }]);
});

test('what was told before has its place in the order of events, and what is told now comes after it', async () => {
  await store.write(({ events }) => events.add([anEvent({ message: 'now' })]));
  const { events, last, dropped } = await store.feed.after(0, {}, 10);
  const told = events.map(({ sequence, event }) => [sequence, event.message, event.count]);
  expect([told, last, dropped]).toEqual([
    [
      [1, anEvent().message, 2],
      [2, 'now', 1],
    ],
    2,
    0,
  ]);
});
