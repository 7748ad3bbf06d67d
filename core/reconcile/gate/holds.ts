/**
 * Decides which deployments are held at a tick: those whose dependencies are not met, and those whose memory the host
 * does not have. Pure; what being held means for one deployment is decided in gate.ts.
 */
import type { ObservedView } from '../../deployment/view.ts';
import type { Desired } from '../../ports.ts';
import type { RunRecord } from '../../run/run.ts';
import type { Capacity, Instance } from '../../runtime.ts';
import { emptyMemory } from '../memory.ts';
import { targetOf } from '../plan/turns.ts';
import { type Missing, missingOf, type Standing } from './dependencies.ts';
import { forMemory, type Gated, isAsked, shutFrom } from './gate.ts';
import type { Hold } from './hold.ts';
import { type Admit, makeAdmit, memoryText } from './memory-admission.ts';
import { claimOf, requestsMemory } from './memory-claims.ts';

/** What the gates of one tick depend on. */
export interface HoldsInput {
  readonly desired: readonly Desired[];
  /** Containers by the uid of their deployment. */
  readonly observed: ReadonlyMap<string, readonly Instance[]>;
  /** Deployments whose observation may be out of date. */
  readonly justEnded: ReadonlySet<string>;
  /** The capacity of the host; null: unknown, and no deployment is held for memory. */
  readonly capacity: Capacity | null;
}

/** What this tick found about a deployment. */
export interface Found {
  readonly view: ObservedView | null;
  /** The results of its runs that are new. */
  readonly runs: readonly Pick<RunRecord, 'number' | 'result'>[];
}

/** The gates of one tick. */
export interface Holds {
  /** All deployments, each after those that it waits for. */
  readonly order: readonly Desired[];
  /** Why a deployment is held; null: it is not. To be called in the order of `order`. */
  holdOf(desired: Desired, found: (uid: string) => Found | null): Hold | null;
}

const none: readonly Instance[] = [];

/** Prepares the gates of one tick. Costs next to nothing if no deployment has dependencies or requests memory. */
export function findHolds(input: HoldsInput): Holds {
  const { desired: all, observed, capacity } = input;
  const gatedOf = (desired: Desired) => ({
    desired,
    memory: desired.observation?.memory ?? emptyMemory,
    instances: observed.get(desired.record.uid) ?? none,
  });
  const waits = all.some(({ revision }) => revision.spec.dependsOn.length > 0);
  const byName = new Map(waits ? all.map((desired) => [nameOf(desired.record), desired]) : []);
  const requests = capacity !== null && all.some(requestsMemory);
  const admit: Admit = requests
    ? makeAdmit(
        all.map((desired) => claimOf(gatedOf(desired))),
        capacity.memoryBytes,
      )
    : () => null;

  function standingOf(desired: Desired, found: Found | null): Standing {
    const { uid } = desired.record;
    const isSeen = found !== null && !input.justEnded.has(uid);
    return {
      desired,
      view: isSeen ? (found.view ?? desired.observation?.view ?? null) : null,
      instances: observed.get(uid) ?? none,
      runs: withNews(desired.runs, found?.runs ?? []),
    };
  }

  const missingFor = ({ record, revision }: Desired, found: (uid: string) => Found | null) =>
    revision.spec.dependsOn.flatMap((dependency) => {
      const other = byName.get(nameOf({ namespace: record.namespace, name: dependency.name }));
      return missingOf(dependency, other ? standingOf(other, found(other.record.uid)) : null) ?? [];
    });

  return {
    order: waits ? dependenciesFirst(all, byName) : all,
    holdOf(desired, found) {
      const gated = gatedOf(desired);
      const { record } = desired;
      if (record.deletedAt !== null || !isAsked(gated)) return null;
      const from = shutFrom(gated);
      if (from === null) return null;
      const missing = asksOthers(gated, from) ? missingFor(desired, found) : [];
      if (missing.length > 0) return { ...holdFor(missing), from };
      const shortage = admit(record.uid);
      if (shortage === null || capacity === null) return null;
      const [needed, free, whole] = [shortage.needed, shortage.free, capacity.memoryBytes].map(memoryText);
      const reason = `needs ${needed} of memory, and ${free} of the host's ${whole} are free`;
      return { status: 'insufficient_resources', reason, waitsFor: forMemory, from };
    },
  };
}

/**
 * Whether dependencies are checked: a deployment that scales up, or returns to its stable revision, has met them
 * already; each run of a job checks them again.
 */
const asksOthers = (gated: Gated, from: number): boolean =>
  gated.desired.record.kind === 'job' || (from === 0 && targetOf(gated) === gated.desired.revision);

/** A key for a deployment name. The separator occurs in neither part, so keys are unique. */
const nameOf = ({ namespace, name }: { readonly namespace: string; readonly name: string }): string =>
  `${namespace}/${name}`;

type Runs = Found['runs'];

/** The runs, newest first, with the results of this tick. */
const withNews = (runs: Runs, news: Runs): Runs => {
  const numbers = new Set(runs.map(({ number }) => number));
  const told = runs.map((run) => news.find(({ number }) => number === run.number) ?? run);
  return [...news.filter(({ number }) => !numbers.has(number)), ...told].sort((a, b) => b.number - a.number);
};

const holdFor = (missing: readonly Missing[]): Omit<Hold, 'from'> => {
  const waitsFor = missing.map(({ what }) => what).join(' and for ');
  const why = missing.map((one) => one.why).filter((text) => text !== '');
  return {
    status: 'pending',
    reason: `waits for ${waitsFor}${why.length > 0 ? ` (${why.join('; ')})` : ''}`,
    waitsFor,
  };
};

/** Sorts deployments so that each follows its dependencies; cyclic ones stay in the given order. */
function dependenciesFirst(
  all: readonly Desired[],
  byName: ReadonlyMap<string, Desired>,
): readonly Desired[] {
  const order = new Set<Desired>();
  const under = new Set<Desired>();
  const add = (desired: Desired): void => {
    if (order.has(desired) || under.has(desired)) return;
    under.add(desired);
    const { namespace } = desired.record;
    for (const { name } of desired.revision.spec.dependsOn) {
      const other = byName.get(nameOf({ namespace, name }));
      if (other) add(other);
    }
    order.add(desired);
  };
  for (const desired of all) add(desired);
  return [...order];
}
