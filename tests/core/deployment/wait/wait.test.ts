import { expect, it } from 'vitest';
import { type WaitPorts, waitFor, waitForRun } from '../../../../core/deployment/wait/wait.ts';
import { RingError } from '../../../../core/errors.ts';
import type { RolloutMemory } from '../../../../core/reconcile/memory.ts';
import { type FakeStore, makeFakeStore } from '../../../support/fake-store.ts';
import { observe, purge } from '../../../support/observed.ts';
import { aDeployment, aRecording, aRevision, aRunRecord, aSpec, madeAt } from '../../../support/records.ts';
import { makeVirtualClock, settle, type VirtualClock } from '../../../support/virtual-clock.ts';

interface World {
  readonly store: FakeStore;
  readonly clock: VirtualClock;
  readonly ports: WaitPorts;
}

/** `web`, declared once; `fail` makes reading fail. */
async function open(fail: { now: boolean } = { now: false }): Promise<World> {
  const clock = makeVirtualClock();
  const store = makeFakeStore({
    now: clock.now,
    interrupt: (moment) => {
      if (fail.now && moment === 'read') throw new RingError('DATABASE_UNAVAILABLE', 'away');
    },
  });
  await store.write(({ deployments }) => deployments.insert(aDeployment(), aRevision()));
  const { deployments, runs } = store.stores;
  return { store, clock, ports: { deployments, runs, cache: store.cache, changes: store.changes, clock } };
}

const record = (store: FakeStore, state: RolloutMemory['state']) =>
  observe(store, 'web', { rollout: { state, reason: state === 'failed' ? 'it died' : null } });

const query = { id: 'web', until: 'running', timeoutMs: 60_000 } as const;

/** What a promise gave, once everything had its turn and little time passed; undefined: nothing yet. */
async function given<T>(promise: Promise<T>, clock: VirtualClock): Promise<T | undefined> {
  let result: T | undefined;
  void promise.then((one) => {
    result = one;
  });
  for (let turn = 0; turn < 10; turn += 1) {
    await settle();
    await clock.pass(10);
  }
  return result;
}

it('ends when what is waited for is recorded, and not before', async () => {
  const { store, clock, ports } = await open();
  const waiting = waitFor(query, ports, []);
  expect(await given(waiting, clock)).toBeUndefined();
  await record(store, 'in_progress');
  expect(await given(waiting, clock)).toBeUndefined();
  await record(store, 'completed');
  expect(await given(waiting, clock)).toMatchObject({
    view: { until: 'running', outcome: 'reached', reason: null },
    standing: { record: { id: 'web' }, observation: { view: { status: 'running' } } },
  });
});

it('ends at once when it has come already', async () => {
  const { store, clock, ports } = await open();
  await record(store, 'completed');
  expect(await given(waitFor(query, ports, []), clock)).toMatchObject({ view: { outcome: 'reached' } });
});

it('ends when it cannot come any more, and says why', async () => {
  const { store, clock, ports } = await open();
  const waiting = waitFor(query, ports, []);
  await record(store, 'failed');
  expect((await given(waiting, clock))?.view).toEqual({
    until: 'running',
    outcome: 'failed',
    reason: 'it died',
  });
});

it('ends when the time is up, with what it waits for', async () => {
  const { clock, ports } = await open();
  const waiting = waitFor({ ...query, timeoutMs: 5_000 }, ports, []);
  expect(await given(waiting, clock)).toBeUndefined();
  await clock.pass(5_000);
  expect((await given(waiting, clock))?.view).toEqual({
    until: 'running',
    outcome: 'timeout',
    reason: 'revision 1 has not been looked at yet',
  });
});

it('looks once where no time is given', async () => {
  const { store, clock, ports } = await open();
  const timeoutMs = 0;
  expect((await given(waitFor({ ...query, timeoutMs }, ports, []), clock))?.view.outcome).toBe('timeout');
  await record(store, 'completed');
  expect((await given(waitFor({ ...query, timeoutMs }, ports, []), clock))?.view.outcome).toBe('reached');
});

it('ends with the first of its signals, and listens to none of them after that', async () => {
  const { clock, ports } = await open();
  const [one, other] = [new AbortController(), new AbortController()];
  const waiting = waitFor(query, ports, [one.signal, other.signal]);
  expect(await given(waiting, clock)).toBeUndefined();
  other.abort();
  expect((await given(waiting, clock))?.view.outcome).toBe('timeout');
  const never = waitFor(query, ports, [one.signal, other.signal]);
  expect((await given(never, clock))?.view.outcome).toBe('timeout');
});

it('takes another deployment of the same name for the end of the first', async () => {
  const { store, clock, ports } = await open();
  const waiting = waitFor({ ...query, until: 'deleted' }, ports, []);
  expect(await given(waiting, clock)).toBeUndefined();
  await store.write(({ deployments }) =>
    deployments.update({ ...aDeployment(), deletedAt: madeAt, generation: 2 }, 1),
  );
  await purge(store, 'web');
  await store.write(({ deployments }) =>
    deployments.insert(aDeployment({ uid: 'uid-2' }), aRevision({ uid: 'uid-2' })),
  );
  expect(await given(waiting, clock)).toEqual({
    view: { until: 'deleted', outcome: 'reached', reason: null },
    standing: null,
  });
});

it('outlives a database that is away for a while', async () => {
  const fail = { now: false };
  const { store, clock, ports } = await open(fail);
  await record(store, 'completed');
  fail.now = true;
  const waiting = waitFor(query, ports, []);
  expect(await given(waiting, clock)).toBeUndefined();
  fail.now = false;
  await clock.pass(1_000);
  expect((await given(waiting, clock))?.view.outcome).toBe('reached');
});

it('waits for one run of a job', async () => {
  const { store, clock, ports } = await open();
  const job = aSpec({ kind: 'job' });
  await store.write(async ({ deployments, runs }) => {
    await deployments.insert(
      aDeployment({ name: 'job', kind: 'job' }),
      aRevision({ uid: 'uid-job', spec: job }),
    );
    await runs.insert(aRunRecord({ uid: 'uid-job' }));
  });
  const waiting = waitForRun({ ...query, id: 'job', number: 1, until: 'completed' }, ports, []);
  expect(await given(waiting, clock)).toBeUndefined();
  const lease = await store.reconciler.acquireLease(60_000);
  if (!lease) throw new Error('The lease is held');
  const result = { ...aRunRecord().result, state: 'failed' as const, reason: 'exit code 3' };
  const runs = { results: [{ number: 1, result }], added: [], cancelled: [], dropped: [] };
  await store.reconciler.record(lease, [aRecording({ uid: 'uid-job', runs })]);
  expect(await given(waiting, clock)).toMatchObject({
    view: { until: 'completed', outcome: 'failed', reason: 'exit code 3' },
    run: { number: 1, result },
  });
});
