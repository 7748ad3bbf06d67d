/**
 * Decides what one deployment needs now, from what is desired, remembered and observed to actions as data; pure,
 * synchronous and deterministic. What the observation means for the status is decided in judge.ts; the actions are
 * executed in execute.ts.
 */
import { isOnHost } from '../../container/options.ts';
import type { Instance } from '../../runtime.ts';
import { isServed, stillServes } from '../judge/readiness.ts';
import { noTrouble } from '../memory.ts';
import {
  earliest,
  imageTrouble,
  inOrder,
  isDeleted,
  revisionNumbered,
  type Subject,
  slotMemory,
  unwanted,
  waitsUntil,
} from '../subject.ts';
import { joinsNetwork, type Lane, type Plan } from './actions.ts';
import { clearRuns, planRuns } from './plan-job.ts';
import { planWorkerSlot, type SlotPlan, type Together } from './plan-worker.ts';
import { isServedBesides, retire } from './service.ts';
import { type Turn, takeTurns } from './turns.ts';

/** Plans a deployment. Planning again with the outcome of the plan gives no lanes. */
export function plan(subject: Subject): Plan {
  const { record, revision } = subject.desired;
  const { now, memory, atWork } = subject;
  const nothing = { uid: record.uid, resolveImage: false, prepare: [], lanes: [], purge: false, dueAt: null };
  const isFree = ({ slot }: Lane): boolean => !atWork.has(slot);
  const teardownAt = waitsUntil(memory.teardown, now);
  if (isDeleted(subject)) {
    if (teardownAt !== null) return { ...nothing, dueAt: teardownAt };
    return {
      ...nothing,
      lanes: takeDown(subject, unwanted(subject)).filter(isFree),
      purge: subject.instances.length === 0 && atWork.size === 0,
    };
  }
  const isJob = record.kind === 'job';
  const turns = isJob ? [] : takeTurns(subject);
  const together: Together = { declared: revision, leaving: new Set() };
  const slots = isJob ? [planRuns(subject)] : turns.map((turn) => planSlot(turn, together));
  const wanted = slots.flatMap(({ lanes }) => lanes).filter(isFree);
  const isHeldUp = (lane: Lane): boolean =>
    revision.pin === null && lane.revision === revision.number && creates(lane);
  const imageMissing = wanted.some(isHeldUp);
  const imageAt = imageMissing ? waitsUntil(imageTrouble(subject), now) : null;
  const ready = wanted.filter((lane) => !isHeldUp(lane));
  const surplus = isJob ? clearRuns(subject) : takeDown(subject, surplusOf(subject, turns));
  const lanes = [...ready, ...(teardownAt === null ? surplus.filter(isFree) : [])].filter(hasWork);
  return {
    ...nothing,
    resolveImage: imageMissing && imageAt === null,
    prepare: lanes.some((lane) => needsNetwork(subject, lane))
      ? [{ kind: 'ensureNetwork', namespace: record.namespace }]
      : [],
    lanes,
    dueAt: earliest(teardownAt, imageAt, ...slots.map(({ dueAt }) => dueAt)),
  };
}

/** Plans a slot; nothing is tried before the wait after the last try is over. */
function planSlot(turn: Turn, together: Together): SlotPlan {
  const { slot, subject } = turn;
  const needed = planWorkerSlot(turn, together);
  const memory = slotMemory(subject, slot);
  const waitOf = (lane: Lane): number | null => {
    const trouble = lane.aside === undefined ? memory : (memory.asides?.[lane.aside] ?? noTrouble);
    return lane.counts || lane.aside !== undefined ? waitsUntil(trouble, subject.now) : null;
  };
  const lanes = needed.lanes.filter(hasWork);
  return {
    lanes: lanes.filter((lane) => waitOf(lane) === null),
    dueAt: earliest(needed.dueAt, ...lanes.map(waitOf)),
  };
}

/**
 * The surplus instances: those in slots that are no longer wanted, except those that serve while wanted slots do not.
 */
function surplusOf(subject: Subject, turns: readonly Turn[]): readonly Instance[] {
  const missing = turns.filter((turn) => !isServed(turn.subject, turn.slot)).length;
  const standIns = unwanted(subject)
    .filter((instance) => stillServes(subject, instance))
    .sort(servingFirst)
    .slice(0, missing);
  return unwanted(subject).filter((instance) => !standIns.includes(instance));
}

const servingFirst = (a: Instance, b: Instance): number =>
  Number(b.serves === true) - Number(a.serves === true) || inOrder(a, b);

/** Takes instances down, all at once; out of service first if other instances continue to serve. */
function takeDown(subject: Subject, instances: readonly Instance[]): Lane[] {
  const why = isDeleted(subject) ? 'the deployment is deleted' : 'the deployment was scaled down';
  const drains = !isDeleted(subject) && isServedBesides(subject, ...instances);
  return [...instances]
    .sort(inOrder)
    .map((instance) => ({
      slot: instance.identity.slot,
      revision: instance.identity.revision,
      actions: retire(subject, instance, { why, drains }),
      counts: false,
    }))
    .filter(hasWork);
}

/**
 * Whether a lane brings an instance into its namespace's network; an instance on the host's network does not need it.
 */
function needsNetwork({ desired }: Subject, lane: Lane): boolean {
  const { spec } = revisionNumbered(desired, lane.revision) ?? desired.revision;
  return joinsNetwork(lane) && !isOnHost(spec);
}

const creates = ({ actions }: Lane): boolean => actions.some(({ kind }) => kind === 'createInstance');

const hasWork = ({ actions }: Lane): boolean => actions.length > 0;
