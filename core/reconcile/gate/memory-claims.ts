/**
 * Counts the memory that deployments take of the host, by what they request, and what they request in addition. Pure;
 * who gets it is decided in memory-admission.ts.
 */

import type { RevisionRecord } from '../../deployment/record.ts';
import { orderOf } from '../../deployment/update-order.ts';
import type { Desired } from '../../ports.ts';
import { isOver, runSlot } from '../../run/run.ts';
import type { Instance } from '../../runtime.ts';
import { targetOf, turnsAtOnce } from '../plan/turns.ts';
import type { Subject } from '../subject.ts';
import { forMemory, openOf } from './gate.ts';
import type { Claim } from './memory-admission.ts';

type Claiming = Pick<Subject, 'desired' | 'memory' | 'instances'>;

/** Whether the declared or the stable revision of a deployment requests memory. */
export const requestsMemory = ({ revision, stable }: Pick<Desired, 'revision' | 'stable'>): boolean =>
  revision.spec.requests.memoryBytes !== null || (stable?.spec.requests.memoryBytes ?? null) !== null;

const memoryOf = ({ spec }: RevisionRecord): number => spec.requests.memoryBytes ?? 0;

const holdsMemory: ReadonlySet<Instance['state']> = new Set(['running', 'restarting', 'paused']);

/** The claim of one deployment. */
export function claimOf(claiming: Claiming): Claim {
  const { record } = claiming.desired;
  const waitsFor = claiming.memory.gate?.waitsFor ?? null;
  return {
    uid: record.uid,
    createdAt: record.createdAt,
    ...amountsOf(claiming),
    isInLine: waitsFor === forMemory || (waitsFor === null && targetOf(claiming).spec.dependsOn.length === 0),
  };
}

function amountsOf(claiming: Claiming): Pick<Claim, 'taken' | 'wanted'> {
  const { record } = claiming.desired;
  if (record.deletedAt !== null) return { taken: takenBy(claiming, claiming.instances), wanted: 0 };
  return record.kind === 'job' ? amountsOfJob(claiming) : amountsOfWorker(claiming);
}

/** The memory taken by instances, each by the request of its own revision, as far as that is still known. */
function takenBy({ desired }: Claiming, instances: readonly Instance[]): number {
  const known = [desired.revision, desired.stable, ...desired.older].filter((one) => one !== null);
  return instances
    .filter(({ state }) => holdsMemory.has(state))
    .map(({ identity }) => known.find(({ specHash }) => specHash === identity.specHash))
    .reduce((sum, revision) => sum + (revision ? memoryOf(revision) : 0), 0);
}

/**
 * The amounts of a worker. During a start-first rollout as many instances exist additionally as have their turn at
 * once.
 */
function amountsOfWorker(claiming: Claiming): Pick<Claim, 'taken' | 'wanted'> {
  const { desired, instances } = claiming;
  const { replicas } = desired.record;
  const target = targetOf(claiming);
  const each = memoryOf(target);
  const isOld = ({ identity }: Instance): boolean => identity.specHash !== target.specHash;
  const old = takenBy(claiming, instances.filter(isOld));
  const isMoving = instances.some((one) => isOld(one) && holdsMemory.has(one.state));
  const before =
    isMoving && desired.stable !== null && desired.stable !== target ? memoryOf(desired.stable) : 0;
  const beside = isMoving && orderOf(target.spec, replicas) === 'start-first' ? turnsAtOnce(claiming) : 0;
  const peak = Math.max(each, before) * replicas + Math.min(beside, replicas) * each;
  const open = Math.min(openOf(claiming), replicas);
  const now = Math.max(
    each * open,
    takenBy(
      claiming,
      instances.filter((one) => !isOld(one)),
    ),
  );
  const taken = isMoving && open > 0 ? Math.min(peak, now + old) : now + old;
  return { taken, wanted: open >= replicas ? 0 : Math.max(0, peak - taken) };
}

function amountsOfJob(claiming: Claiming): Pick<Claim, 'taken' | 'wanted'> {
  const { desired, instances } = claiming;
  const open = openOf(claiming);
  const each = memoryOf(desired.revision);
  const atOnce = (completions: number): number =>
    Math.min(completions, desired.revision.spec.job?.parallelism ?? completions) * each;
  const runs = desired.runs.filter((run) => !isOver(run));
  const sumOf = (some: typeof runs): number => some.reduce((sum, run) => sum + atOnce(run.completions), 0);
  const isIn = ({ number }: { readonly number: number }): boolean => runSlot(number, 0) < open;
  return {
    taken: Math.max(sumOf(runs.filter(isIn)), takenBy(claiming, instances)),
    wanted: sumOf(runs.filter((run) => !isIn(run))),
  };
}
