/** Whatever is declared: applying does exactly what planning said, and planning does nothing. On both kinds of store. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openStore, type Store } from '../../../adapters/knex/store.ts';
import { RingError } from '../../../core/errors.ts';
import type { ChangeSet } from '../../../core/manifest/change.ts';
import { anyManifests, groundwork } from '../../support/arbitrary-manifests.ts';
import { makeFakeRuntime } from '../../support/fake-runtime.ts';
import { makeFakeStore } from '../../support/fake-store.ts';
import { makeManifesto } from '../../support/manifest-world.ts';
import { makeVirtualClock } from '../../support/virtual-clock.ts';

const steps = fc.array(
  fc.record({ manifests: anyManifests, prune: fc.constantFrom(undefined, undefined, 'app=x', 'stack,!app') }),
  { minLength: 2, maxLength: 6 },
);

/** All that is stored. */
async function everything({ stores: { deployments, configs, secrets, namespaces, runs, events } }: Store) {
  const declared = await deployments.declared();
  return {
    configs: await configs.list([]),
    secrets: await secrets.list([]),
    namespaces: await namespaces.list(),
    deployments: await Promise.all(
      declared.map(async ({ record }) => ({
        record,
        revisions: await deployments.revisions(record.uid),
        runs: await runs.list(record.uid, 100),
        events: await events.list(record.uid, { limit: 100 }),
      })),
    ),
  };
}

type Everything = Awaited<ReturnType<typeof everything>>;

/** What became of a thing, by what is stored and not by what was told. */
const became = <T>(before: T | undefined, after: T, isSame: (before: T, after: T) => boolean) =>
  before === undefined ? 'create' : isSame(before, after) ? 'none' : 'update';

/** What is not told is none. */
const withRevision = (change: string, revision: number | null): string =>
  change === 'none' || revision === null ? change : `${change} to revision ${revision}`;

/** What became of everything, in the words of a change set. */
function difference(before: Everything, after: Everything): Record<string, string> {
  const found: [string, string][] = [];
  for (const { record } of after.deployments) {
    const old = before.deployments.find((one) => one.record.uid === record.uid)?.record;
    const isScaled = old?.revision === record.revision && old.generation !== record.generation;
    const isGone = record.deletedAt !== null && old?.deletedAt === null;
    const change = became(old, record, (one, other) => one.generation === other.generation);
    const kind = isGone ? 'delete' : isScaled ? 'scale' : change;
    found.push([`deployment ${record.id}`, withRevision(kind, isGone ? null : record.revision)]);
  }
  for (const kind of ['config', 'secret'] as const) {
    for (const record of after[`${kind}s`]) {
      const old = before[`${kind}s`].find(({ id }) => id === record.id);
      const change = became(old, { ...record }, (one, other) => one.version === other.version);
      found.push([`${kind} ${record.id}`, change]);
    }
  }
  for (const record of after.namespaces) {
    const old = before.namespaces.find(({ name }) => name === record.name);
    found.push([`namespace ${record.name}`, became(old, record, (a, b) => a.deletedAt === b.deletedAt)]);
  }
  return Object.fromEntries(found.filter(([, change]) => change !== 'none').sort());
}

const told = ({ changes }: ChangeSet): Record<string, string> =>
  Object.fromEntries(
    changes
      .filter(({ change }) => change !== 'none')
      .map(({ kind, id, change, revision }) => [`${kind} ${id}`, withRevision(change, revision)])
      .sort(),
  );

/** What comes of something, refusals included; other errors are none of it. */
const outcomeOf = (promise: Promise<ChangeSet>) =>
  promise.then(
    (done) => ({ done, refused: null }),
    (error: unknown) => {
      if (!(error instanceof RingError)) throw error;
      return { done: null, refused: { code: error.code, violations: error.violations } };
    },
  );

const stores = [
  ['in memory', { open: async () => makeFakeStore(), runs: 50 }],
  ['in a SQLite file', { open: (filename: string) => openStore({ filename }), runs: 12 }],
] as const;

describe.each(stores)('on a store %s', (_name, { open, runs }) => {
  it('what is applied is what was planned, and once it is applied nothing is left to do', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'ring-manifests-'));
    let databases = 0;
    await fc.assert(
      fc.asyncProperty(steps, async (all) => {
        const store = await open(join(directory, `${++databases}.db`));
        const clock = makeVirtualClock();
        const { plan, apply } = makeManifesto({ store, runtime: makeFakeRuntime({ now: clock.now }), clock });
        try {
          await apply(groundwork);
          for (const { manifests, prune } of all) {
            const how = prune === undefined ? {} : { prune };
            const before = await everything(store);
            const planned = await outcomeOf(plan(manifests, how));
            expect(await everything(store)).toEqual(before);
            const applied = await outcomeOf(apply(manifests, how));
            expect(planned).toEqual(applied);
            const after = await everything(store);
            if (applied.done === null) {
              expect(after).toEqual(before);
              continue;
            }
            expect(told(applied.done)).toEqual(difference(before, after));
            expect(told(await plan(manifests, how))).toEqual({});
            expect(told(await apply(manifests, how))).toEqual({});
            expect(await everything(store)).toEqual(after);
          }
        } finally {
          await store.close();
        }
      }),
      { numRuns: runs },
    );
    await rm(directory, { recursive: true });
  }, 60_000);
});
