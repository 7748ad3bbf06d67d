/** A database from before jobs had runs: what was remembered of each is its first run, and nothing of it runs again. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openConnection } from '../../../adapters/knex/connection.ts';
import { migrate } from '../../../adapters/knex/migrate.ts';
import { migrations } from '../../../adapters/knex/migrations.ts';
import { openStore } from '../../../adapters/knex/store.ts';
import { emptyMemory } from '../../../core/reconcile/memory.ts';
import type { RunResult } from '../../../core/run/run.ts';
import { aPart, aRunRecord, aSlot, aSpec, aView, madeAt } from '../../support/records.ts';

let directory = '';
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'ring-upgrade-jobs-'));
});
afterEach(() => rm(directory, { recursive: true }));

const begunAt = '2024-01-15T10:30:01.000Z';
const endedAt = '2024-01-15T10:30:05.000Z';
const { attempt: _attempt, ...begun } = {
  revision: 2,
  attempt: 1,
  intendedAt: begunAt,
  finishedAt: null,
  exitCode: null,
  outcome: null,
  reason: null,
};
const ended = (outcome: 'completed' | 'failed', exitCode: number) => ({
  ...begun,
  finishedAt: endedAt,
  outcome,
  exitCode,
  reason: outcome === 'completed' ? null : `it ended with exit code ${exitCode}`,
});
type OldRun = typeof begun | ReturnType<typeof ended> | null;

/** Stores a job of two replicas as the version before did, its second revision declared, and brings it up to date. */
async function upgraded(runs: readonly OldRun[], revision = 2) {
  const filename = join(directory, 'ring.db');
  const db = await openConnection(filename);
  await migrate(db, migrations.slice(0, 2));
  const uid = 'uid-web';
  const declared = {
    ...{ id: 'web', name: 'web', namespace: 'default', image: 'nginx:1.21', runtime: 'docker', kind: 'job' },
    ...{ replicas: 2, revision: 2, created_at: madeAt, updated_at: madeAt },
  };
  const deployment = { uid, id: 'web', namespace: 'default', name: 'web', runtime: 'docker' };
  const row = { ...deployment, revision: 2, generation: 2, declared: JSON.stringify(declared), touched: 1 };
  await db('deployments').insert(row);
  const { job: _job, ...spec } = aSpec({ kind: 'job', restartPolicy: 'never' });
  const made = { uid, number: 2, spec_hash: 'hash-2', sealed: 'sealed', created_at: madeAt };
  await db('revisions').insert({ ...made, spec: JSON.stringify(spec), pin: null });
  const slots = Object.fromEntries(runs.map((run, slot) => [slot, { ...aSlot({ revision }), run }]));
  const { status, observed_at, ...observed } = aView({ status: 'running' });
  const texts = { observed: JSON.stringify(observed), memory: JSON.stringify({ ...emptyMemory, slots }) };
  await db('observations').insert({ uid, status, observed_at, ...texts, touched: 1 });
  await db.destroy();
  const store = await openStore({ filename });
  const [desired] = await store.reconciler.desired();
  await store.close();
  return desired;
}

const first = (result: Partial<RunResult>) => [
  aRunRecord({
    revision: 2,
    author: '',
    completions: 2,
    result: {
      state: 'pending',
      startedAt: null,
      finishedAt: null,
      reason: null,
      parts: [],
      ...result,
    },
  }),
];
const part = (index: number, changes: Parameters<typeof aPart>[0] = {}) =>
  aPart({ index, attempts: 1, startedAt: begunAt, ...changes });
const over = { finishedAt: endedAt, outcome: 'completed', exitCode: 0 } as const;
const failed = { ...over, outcome: 'failed', exitCode: 3, reason: 'it ended with exit code 3' } as const;

test.each<[string, readonly OldRun[], Partial<RunResult>]>([
  ['is to run where nothing of it began', [null, null], {}],
  [
    'runs on where one part of it began and the other ended',
    [begun, ended('completed', 0)],
    { state: 'running', startedAt: begunAt, parts: [part(0), part(1, over)] },
  ],
  [
    'is completed where both parts of it are',
    [ended('completed', 0), ended('completed', 0)],
    { state: 'completed', startedAt: begunAt, finishedAt: endedAt, parts: [part(0, over), part(1, over)] },
  ],
  [
    'failed where one part of it did',
    [ended('completed', 0), ended('failed', 3)],
    {
      state: 'failed',
      startedAt: begunAt,
      finishedAt: endedAt,
      reason: 'it ended with exit code 3',
      parts: [part(0, over), part(1, failed)],
    },
  ],
])('a job %s', async (_, runs, result) => {
  expect((await upgraded(runs))?.runs).toEqual(first(result));
});

test('a job is to run at the revision that is declared, whatever ran of the one before', async () => {
  expect((await upgraded([ended('completed', 0), null], 1))?.runs).toEqual(first({}));
});

test('what is remembered of a job was its first try', async () => {
  const slots = (await upgraded([begun, null]))?.observation?.memory.slots;
  const memory = aSlot({ revision: 2 });
  expect(slots).toEqual({ 0: { ...memory, run: { ...begun, attempt: 1 } }, 1: memory });
});
