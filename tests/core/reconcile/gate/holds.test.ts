/** A deployment whose dependencies are not met makes nothing new, says what it waits for, and goes on once they are. */
import { describe, expect, it } from 'vitest';
import type { Condition } from '../../../../core/deployment/spec/dependency.ts';
import type { Desired } from '../../../../core/ports.ts';
import { emptyMemory } from '../../../../core/reconcile/memory.ts';
import { makeSettledSkip } from '../../../../core/reconcile/skip-settled.ts';
import { lookAt, type Survey, type SurveyInput, survey } from '../../../../core/reconcile/survey.ts';
import { type RunState, unbegun } from '../../../../core/run/run.ts';
import type { Instance } from '../../../../core/runtime.ts';
import { aRevision, aSpec } from '../../../support/records.ts';
import { aDesired, anInstance, aRollout, type DesiredChanges, lookedAt } from '../../../support/subjects.ts';

const named = (name: string, changes: DesiredChanges = {}): Desired => {
  const desired = aDesired({ name, ...changes });
  return { ...desired, revision: { ...desired.revision, uid: desired.record.uid } };
};

const web = (condition: Condition, changes: DesiredChanges = {}): Desired =>
  named('web', { spec: { dependsOn: [{ name: 'db', condition }] }, ...changes });

const ofDb = (changes: Parameters<typeof anInstance>[0] = {}): Instance => {
  const instance = anInstance(changes);
  return { ...instance, id: 'db-1', identity: { ...instance.identity, uid: 'uid-db', name: 'db' } };
};

const migrate = (state: RunState, changes: DesiredChanges = {}): Desired => ({
  ...named('db', { kind: 'job', ...changes }),
  runs: [
    {
      uid: 'uid-db',
      number: 1,
      revision: 1,
      cause: 'declared',
      author: 'admin',
      scheduledAt: null,
      createdAt: '2024-01-15T10:00:00.000Z',
      completions: 1,
      sealed: null,
      cancelReason: null,
      result: { ...unbegun, state, startedAt: state === 'pending' ? null : '2024-01-15T10:00:00.000Z' },
    },
  ],
});

const inputOf = (desired: readonly Desired[], instances: readonly Instance[] = []): SurveyInput => ({
  desired,
  observed: new Map(
    instances.map(({ identity: { uid } }) => [uid, instances.filter((one) => one.identity.uid === uid)]),
  ),
  unseen: { reason: '', lastSeenAt: null },
  now: lookedAt,
  killed: new Set(),
  health: new Map(),
  watchedSince: 0,
  atWork: new Map(),
  justEnded: new Set(),
  capacity: { memoryBytes: 1024 ** 3, nanoCpus: 4e9 },
});

const of = ({ recordings, plans }: Survey, uid = 'uid-web') => {
  const { observation, events = [] } = recordings.find((one) => one.uid === uid) ?? {};
  const { plan } = plans.find(({ desired }) => desired.record.uid === uid) ?? {};
  return {
    status: observation?.view.status,
    reason: observation?.view.status_reason,
    gate: observation?.memory.gate,
    told: events.map(({ reason, message }) => `${reason}: ${message}`),
    makes: plan?.lanes.flatMap(({ actions }) => actions.map(({ kind }) => kind)) ?? [],
    pulls: plan?.resolveImage ?? false,
  };
};

describe('a deployment that waits', () => {
  it('makes nothing, pulls nothing and says what for', () => {
    const found = of(survey(inputOf([web('healthy', { pin: null })])));
    expect(found).toEqual({
      status: 'pending',
      reason: 'waits for db to be healthy (db does not exist)',
      gate: { specHash: null, open: 0, waitsFor: 'db to be healthy' },
      told: [
        'DependencyWaiting: Nothing is made of it yet: it waits for db to be healthy (db does not exist)',
        'StatusChanged: Status changed from creating to pending: waits for db to be healthy (db does not exist)',
      ],
      makes: [],
      pulls: false,
    });
  });

  it('goes on at the very look that finds its dependency as it shall be, and is told so once', () => {
    const first = survey(inputOf([named('db'), web('healthy')]));
    expect(of(first).status).toBe('pending');
    const { observation = null } = first.recordings.find(({ uid }) => uid === 'uid-web') ?? {};
    const found = of(survey(inputOf([{ ...web('healthy'), observation }, named('db')], [ofDb()])));
    expect(found).toMatchObject({
      status: 'creating',
      gate: { specHash: 'hash-1', open: 1, waitsFor: null },
      told: ['DependencyMet: It need not wait any more for db to be healthy', expect.anything()],
      makes: ['createInstance', 'startInstance'],
    });
  });

  it('is not held again by what becomes of its dependency later', () => {
    const gate = { specHash: 'hash-1', open: 1, waitsFor: null };
    const observation = { view: { ...aViewOf('running') }, memory: { ...emptyMemory, gate } };
    const found = of(survey(inputOf([{ ...web('healthy'), observation }])));
    expect(found).toMatchObject({ gate, makes: ['createInstance', 'startInstance'] });
  });

  it('was let in when something of it is there already', () => {
    const found = of(survey(inputOf([web('healthy')], [anInstance()])));
    expect(found.status).toBe('running');
  });

  it('lets its old revision serve, healed where it fails, and its deadline stand still', () => {
    const old = aRevision({ number: 1, specHash: 'hash-1', spec: aSpec() });
    const memory = {
      ...emptyMemory,
      stable: 1,
      rollout: aRollout({ revision: 2, from: 1, progressAt: '2020-01-01T00:00:00.000Z' }),
    };
    const observation = { view: aViewOf('running'), memory };
    const desired = { ...web('healthy', { revision: 2 }), stable: old, observation };
    const serving = survey(inputOf([desired], [anInstance({ revision: 1 })]));
    expect(of(serving)).toMatchObject({
      status: 'running',
      reason: 'revision 2 waits for db to be healthy (db does not exist)',
      makes: [],
    });
    const gone = survey(inputOf([desired], []));
    expect(of(gone)).toMatchObject({ makes: ['createInstance', 'startInstance'] });
    const [made] = gone.plans.flatMap(({ plan }) => plan.lanes);
    expect(made?.revision).toBe(1);
  });

  it('is looked at again though nothing about itself has changed', () => {
    const look = makeSettledSkip(lookAt);
    const first = survey(inputOf([web('started')]), look);
    const { observation = null } = first.recordings[0] ?? {};
    const waiting = { ...web('started'), observation };
    for (const _again of [1, 2]) expect(of(survey(inputOf([waiting]), look)).makes).toEqual([]);
    const met = survey(inputOf([waiting, named('db')], [ofDb()]), look);
    expect(of(met).makes).toEqual(['createInstance', 'startInstance']);
  });

  it('is not held where it is wanted no more', () => {
    const deleted = web('healthy', { deletedAt: '2024-01-15T10:00:00.000Z' });
    expect(survey(inputOf([deleted])).recordings).toMatchObject([{ purge: true }]);
    const idle = of(survey(inputOf([web('healthy', { replicas: 0 })])));
    expect(idle.status).toBe('running');
  });
});

describe.each<[Condition, string, readonly Desired[], readonly Instance[], string | null]>([
  ['started', 'there is none', [], [], 'db does not exist'],
  ['started', 'nothing of it is made yet', [named('db')], [], ''],
  ['started', 'it was made and never started', [named('db')], [ofDb({ state: 'created' })], ''],
  ['started', 'it has started', [named('db')], [ofDb({ upMs: 1 })], null],
  ['started', 'it has started and ended', [named('db')], [ofDb({ state: 'exited' })], null],
  ['started', 'another of its revisions runs', [named('db', { revision: 2 })], [ofDb()], ''],
  ['started', 'no replica is wanted', [named('db', { replicas: 0 })], [], 'it has no replicas'],
  ['started', 'its run has not begun', [migrate('pending')], [], ''],
  ['started', 'its run has begun', [migrate('running')], [], null],
  ['healthy', 'it is ready', [named('db')], [ofDb()], null],
  ['healthy', 'one replica is missing', [named('db', { replicas: 2 })], [ofDb()], ''],
  ['healthy', 'it is a job', [migrate('completed')], [], 'it is a job: wait for it to complete'],
  [
    'healthy',
    'it is being deleted',
    [named('db', { deletedAt: '2024-01-15T10:00:00.000Z' })],
    [ofDb()],
    'db is being deleted',
  ],
  ['completed', 'its run runs', [migrate('running')], [], ''],
  ['completed', 'its run has failed', [migrate('failed')], [], 'its run 1 failed'],
  ['completed', 'its run was cancelled', [migrate('cancelled')], [], 'its run 1 was cancelled'],
  ['completed', 'its run has completed', [migrate('completed')], [], null],
  [
    'completed',
    'it is a worker',
    [named('db')],
    [ofDb()],
    'it is a worker, which runs for ever: wait for it to be healthy',
  ],
])('waiting for it to be %s', (condition, what, ...[others, instances, why]) => {
  it(`${why === null ? 'is over' : 'goes on'} where ${what}`, () => {
    const { reason, makes } = of(survey(inputOf([web(condition), ...others], instances)));
    const words = { started: 'start', healthy: 'be healthy', completed: 'complete' }[condition];
    const expected = `waits for db to ${words}${why ? ` (${why})` : ''}`;
    expect([reason === expected, makes.length > 0]).toEqual([why !== null, why === null]);
  });
});

it('waits for all of several', () => {
  const dependsOn = [
    { name: 'db', condition: 'healthy' as const },
    { name: 'cache', condition: 'started' as const },
  ];
  const waiting = named('web', { spec: { dependsOn } });
  expect(of(survey(inputOf([waiting]))).reason).toBe(
    'waits for db to be healthy and for cache to start (db does not exist; cache does not exist)',
  );
  expect(of(survey(inputOf([waiting, named('db')], [ofDb()]))).reason).toBe(
    'waits for cache to start (cache does not exist)',
  );
});

it('does not wait for one of the same name in another namespace', () => {
  const other = named('db', { namespace: 'other' });
  expect(of(survey(inputOf([web('started'), other], [ofDb()]))).reason).toBe(
    'waits for db to start (db does not exist)',
  );
});

describe('memory that the host does not have', () => {
  const requests = (memoryBytes: number) => ({ requests: { nanoCpus: null, memoryBytes } });
  const big = (changes: DesiredChanges = {}) => named('web', { spec: requests(2 * 1024 ** 3), ...changes });

  it('holds a deployment before anything is pulled', () => {
    expect(of(survey(inputOf([big({ pin: null })])))).toMatchObject({
      status: 'insufficient_resources',
      reason: "needs 2 GiB of memory, and 1 GiB of the host's 1 GiB are free",
      gate: { specHash: null, open: 0, waitsFor: 'memory' },
      makes: [],
      pulls: false,
    });
  });

  it('holds nobody where nothing is known of the host, and nobody who requests none', () => {
    expect(of(survey({ ...inputOf([big()]), capacity: null })).makes).not.toEqual([]);
    expect(of(survey(inputOf([named('web')]))).gate).toBeUndefined();
  });

  it('holds only the replicas that are new, and heals those that are there', () => {
    const scaled = named('web', { replicas: 3, spec: requests(512 * 1024 ** 2) });
    const gate = { specHash: 'hash-1', open: 1, waitsFor: null };
    const observation = { view: aViewOf('running'), memory: { ...emptyMemory, gate } };
    const found = survey(inputOf([{ ...scaled, observation }], []));
    expect(of(found)).toMatchObject({
      status: 'insufficient_resources',
      reason: "needs 1 GiB of memory, and 512 MiB of the host's 1 GiB are free",
      makes: ['createInstance', 'startInstance'],
    });
    expect(found.plans.flatMap(({ plan }) => plan.lanes.map(({ slot }) => slot))).toEqual([0]);
  });

  it('is there again once another gives it up', () => {
    const [one, two] = [
      named('db', { spec: requests(768 * 1024 ** 2) }),
      named('web', { spec: requests(512 * 1024 ** 2), createdAt: '2024-02-01T00:00:00.000Z' }),
    ];
    expect(of(survey(inputOf([two, one]))).status).toBe('insufficient_resources');
    expect(of(survey(inputOf([two, one]))).status).toBe('insufficient_resources');
    expect(of(survey(inputOf([two]))).status).toBe('creating');
  });
});

function aViewOf(status: 'running') {
  return {
    status,
    status_reason: null,
    instances: [],
    ready_replicas: 1,
    restarts: 0,
    observed_at: null,
    rollout: null,
    schedule: null,
  };
}
