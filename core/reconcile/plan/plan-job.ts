/**
 * Decides what a job needs: the parts of its runs that may continue, and what is to be removed after runs that are
 * over. A part whose end was seen is never run again, and no try begins twice; what runs and parts are is decided in
 * run-parts.ts.
 */
import { type RunRecord, runOfSlot, runSlot } from '../../run/run.ts';
import { attemptOf, type Instance } from '../../runtime.ts';
import { isShut } from '../gate/hold.ts';
import { containerName, identityOf } from '../identity.ts';
import {
  instancesOfRun,
  keptRuns,
  lives,
  type Part,
  partOf,
  type RunTurn,
  recordedPart,
  runTurns,
} from '../run-parts.ts';
import { earliest, inOrder, type Subject, slotMemory, waitsUntil } from '../subject.ts';
import type { Action, Lane } from './actions.ts';
import type { SlotPlan } from './plan-worker.ts';
import { retire } from './service.ts';

/** Plans the runs of a job; nothing is tried for a part before the wait after its last try is over. */
export function planRuns(subject: Subject): SlotPlan {
  const plans = runTurns(subject).map(planRun);
  return {
    lanes: plans.flatMap(({ lanes }) => lanes),
    dueAt: earliest(...plans.map(({ dueAt }) => dueAt)),
  };
}

interface Open {
  readonly slot: number;
  readonly held: Part;
  /** The number of the try that is to begin or continue. */
  readonly attempt: number;
  /** Whether that try has begun, or something was done for it already. */
  readonly isUnderWay: boolean;
  /** The time before which nothing is done, ms since 1970; null: at once. */
  readonly waitUntil: number | null;
}

function planRun(turn: RunTurn): SlotPlan {
  const { run, terms, ending, waitsFor } = turn;
  if (ending !== null || waitsFor !== null) return { lanes: [], dueAt: null };
  const open = Array.from({ length: run.completions }, (_, index) => index).flatMap((index) => {
    const slot = runSlot(run.number, index);
    return isDone(turn, slot) ? [] : [openPart(turn.subject, slot)];
  });
  const underWay = open.filter(({ isUnderWay }) => isUnderWay);
  const isDue = ({ waitUntil }: Open): boolean => waitUntil === null;
  const room = (terms.parallelism ?? Number.POSITIVE_INFINITY) - underWay.length;
  const isNext = (part: Open): boolean =>
    !part.isUnderWay && isDue(part) && !isShut(turn.subject.hold, part.slot, null);
  const next = open.filter(isNext).slice(0, Math.max(0, room));
  const lanes = [...underWay.filter(isDue), ...next].map((part): Lane => {
    const actions = stepsOf(turn.subject, part);
    return { slot: part.slot, revision: run.revision, actions, counts: true };
  });
  const waits = open.filter((part) => room > 0 || part.isUnderWay);
  return {
    lanes: lanes.filter(({ actions }) => actions.length > 0),
    dueAt: earliest(...waits.map(({ waitUntil }) => waitUntil)),
  };
}

/** Whether a part is over, by its record or by its last try. */
function isDone({ run, subject, terms }: RunTurn, slot: number): boolean {
  if ((recordedPart(run, runOfSlot(slot).index)?.outcome ?? null) !== null) return true;
  const latest = slotMemory(subject, slot).run;
  return latest?.outcome === 'completed' || (latest?.outcome === 'failed' && latest.attempt > terms.retries);
}

function openPart(subject: Subject, slot: number): Open {
  const memory = slotMemory(subject, slot);
  const held = partOf(subject, slot);
  // The part is not over, so a failed try is followed by another.
  const isBetween = memory.run?.outcome === 'failed' && memory.run.attempt === held.begun;
  const attempt = isBetween ? held.begun + 1 : Math.max(held.begun, 1);
  // A refused part keeps its place: it has its turn before others.
  const isUnderWay = held.tries.has(attempt) || held.begun === attempt || memory.fault !== null;
  return { slot, held, attempt, isUnderWay, waitUntil: waitsUntil(memory, subject.now) };
}

function stepsOf(subject: Subject, { slot, held, attempt }: Open): Action[] {
  const { fault, run } = slotMemory(subject, slot);
  const current = held.tries.get(attempt) ?? null;
  // A refused start leaves no record of its try; an unanswered one does, and may still take effect.
  const isUnanswered = run?.attempt === attempt && run.outcome === null;
  const begin = (target: string): Action[] => [
    { kind: 'intendRun', slot, attempt },
    { kind: 'startInstance', slot, target },
  ];
  const create: Action = { kind: 'createInstance', slot, serves: true };
  const fresh: Action[] = [
    attempt > 1 ? { ...create, attempt } : create,
    ...begin(containerName(identityOf(subject.desired, slot, attempt))),
  ];
  // Other instances that run in the slot are removed first.
  if (held.besides.some(lives)) return [];
  if (current === null) return held.begun === attempt ? [] : fresh;
  switch (current.state) {
    case 'created':
      if (fault === null) return begin(current.id);
      if (isUnanswered) return [removal(slot, current.id, 'its start was not answered')];
      return [removal(slot, current.id, 'it could not be started'), ...fresh];
    case 'paused':
      return [{ kind: 'unpauseInstance', slot, target: current.id }];
    case 'running':
      return current.connected === false
        ? [{ kind: 'connectInstance', slot, target: current.id, serves: true }]
        : [];
    default:
      return [];
  }
}

const removal = (slot: number, target: string, why: string): Action => ({
  kind: 'removeInstance',
  slot,
  target,
  why,
});

/**
 * Plans what is to be stopped or removed: containers of runs that are over or made to end, superseded tries, and
 * containers of unknown runs.
 */
export function clearRuns(subject: Subject): readonly Lane[] {
  const { runs } = subject.desired;
  const turns = new Map(runTurns(subject).map((turn) => [turn.run.number, turn]));
  const kept = new Set(keptRuns(subject).kept);
  const known = new Set(runs.map(({ number }) => number));
  const unknown = subject.instances.filter(({ identity }) => !known.has(runOfSlot(identity.slot).run));
  const cleared = runs.flatMap((run) => {
    const turn = turns.get(run.number);
    if (turn) return clearOpen(turn);
    if (kept.has(run)) return clearKept(subject, run);
    return instancesOfRun(subject, run.number).map((one) =>
      away(subject, one, `run ${run.number} is not kept`),
    );
  });
  return [...unknown.sort(inOrder).map((one) => away(subject, one, 'no run of it is known')), ...cleared]
    .filter(({ actions }) => actions.length > 0)
    .sort((one, other) => one.slot - other.slot);
}

/** Clears a run that is not over: other instances in the slots of its parts, and superseded tries. */
function clearOpen({ run, subject, ending }: RunTurn): readonly Lane[] {
  return Array.from({ length: run.completions }, (_, index) => index).flatMap((index) => {
    const held = partOf(subject, runSlot(run.number, index));
    const besides = held.besides.map((one) => away(subject, one, 'another one takes its place'));
    const tries = [...held.tries.values()];
    const { run: latest } = slotMemory(subject, runSlot(run.number, index));
    const isBetween = latest?.outcome === 'failed' && latest.attempt === held.begun;
    const hasFailed = isBetween || recordedPart(run, index)?.outcome === 'failed';
    const spent = spentOf(tries, hasFailed).map((one) => away(subject, one, superseded));
    const ended =
      ending === null
        ? []
        : tries
            .filter((one) => lives(one) || one.state === 'created')
            .map((one) => stopped(subject, one, ending));
    return [...besides, ...spent, ...ended];
  });
}

/** Clears a run that is over and kept: containers that still run or never ran, and superseded tries. */
function clearKept(subject: Subject, run: RunRecord): readonly Lane[] {
  const all = instancesOfRun(subject, run.number);
  const slots = [...new Set(all.map(({ identity }) => identity.slot))];
  const spent = slots.flatMap((slot) => {
    const hasFailed = recordedPart(run, runOfSlot(slot).index)?.outcome !== 'completed';
    return spentOf(
      all.filter(({ identity }) => identity.slot === slot),
      hasFailed,
    );
  });
  const why = `run ${run.number} is over`;
  return all.map((one) =>
    spent.includes(one) ? away(subject, one, superseded) : stopped(subject, one, why),
  );
}

const superseded = 'a later try took its place';

/** The superseded tries of one part: those before the last failed one, which is kept for its logs. */
function spentOf(tries: readonly Instance[], hasFailed: boolean): readonly Instance[] {
  const begun = tries.filter(({ startedAt }) => startedAt !== null);
  const attempts = [...new Set(begun.map(({ identity }) => attemptOf(identity)))].sort((a, b) => b - a);
  const kept = attempts.slice(0, hasFailed ? 1 : 2);
  return begun.filter(({ identity }) => !kept.includes(attemptOf(identity)));
}

/** Plans to stop a container, keeping it for its logs ({@link stopped}), or to remove it ({@link away}). */
const stopped = (subject: Subject, instance: Instance, why: string): Lane =>
  clearing(subject, instance, { why, keeps: true });
const away = (subject: Subject, instance: Instance, why: string): Lane =>
  clearing(subject, instance, { why, keeps: false });

function clearing(
  subject: Subject,
  instance: Instance,
  { why, keeps }: { readonly why: string; readonly keeps: boolean },
): Lane {
  const { slot, revision } = instance.identity;
  return { slot, revision, actions: retire(subject, instance, { why, drains: false, keeps }), counts: false };
}
