/**
 * What one deployment needs now: pure, synchronous, deterministic. Desired, remembered and observed in; steps as data
 * out. What the observation means for the status is judge.ts's business; doing the steps is execute.ts's.
 */
import type { Instance } from '../runtime.ts';
import { joinsNetwork, type Lane, type Plan } from './actions.ts';
import { planJobSlot } from './plan-job.ts';
import { planWorkerSlot, retire, type SlotPlan } from './plan-worker.ts';
import {
  earliest,
  imageTrouble,
  isDeleted,
  type Subject,
  slotMemory,
  unwanted,
  waitsUntil,
  wantedSlots,
} from './subject.ts';

/** The plan for a deployment. Planning again for the plan's own outcome gives no lanes. */
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
      lanes: takeDown(unwanted(subject), 'the deployment is deleted').filter(isFree),
      purge: subject.instances.length === 0 && atWork.size === 0,
    };
  }
  const slots = wantedSlots(subject).map((slot) => planSlot(subject, slot));
  const wanted = slots.flatMap(({ lanes }) => lanes).filter(isFree);
  const imageMissing = revision.pin === null && wanted.some(creates);
  const imageAt = imageMissing ? waitsUntil(imageTrouble(subject), now) : null;
  const ready = imageMissing ? wanted.filter((lane) => !creates(lane)) : wanted;
  const surplus = teardownAt === null ? takeDown(unwanted(subject), 'the deployment was scaled down') : [];
  const lanes = [...ready, ...surplus.filter(isFree)].filter(hasWork);
  return {
    ...nothing,
    resolveImage: imageMissing && imageAt === null,
    prepare: lanes.some(joinsNetwork) ? [{ kind: 'ensureNetwork', namespace: record.namespace }] : [],
    lanes,
    dueAt: earliest(teardownAt, imageAt, ...slots.map(({ dueAt }) => dueAt)),
  };
}

/** What a slot needs; nothing that it needs is tried before the wait after the last try is over. */
function planSlot(subject: Subject, slot: number): SlotPlan {
  const isJob = subject.desired.record.kind === 'job';
  const needed = isJob ? planJobSlot(subject, slot) : planWorkerSlot(subject, slot);
  const waitUntil = waitsUntil(slotMemory(subject, slot), subject.now);
  return waitUntil === null || !needed.lanes.some(hasWork) ? needed : { lanes: [], dueAt: waitUntil };
}

/** Takes instances down, all at once. */
function takeDown(instances: readonly Instance[], why: string): Lane[] {
  return [...instances]
    .sort((a, b) => a.identity.slot - b.identity.slot || (a.id < b.id ? -1 : 1))
    .map((instance) => ({ slot: instance.identity.slot, actions: retire(instance, why), counts: false }))
    .filter(hasWork);
}

const creates = ({ actions }: Lane): boolean => actions.some(({ kind }) => kind === 'createInstance');

const hasWork = ({ actions }: Lane): boolean => actions.length > 0;
