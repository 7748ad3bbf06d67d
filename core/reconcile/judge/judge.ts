/**
 * Decides what an observation means for a deployment: its status with the reason, what is to be remembered, and the
 * events that report a change. Pure; it is derived again each tick, so no error outlives its cause, and what is done
 * about it is decided in plan/plan.ts.
 */
import type { Status } from '../../deployment/status.ts';
import type { ObservedView, RolloutView } from '../../deployment/view.ts';
import type { NewEvent } from '../../event/event.ts';
import type { Desired } from '../../ports.ts';
import { isOver, type RunRecord } from '../../run/run.ts';
import type { RunsChange } from '../../run/runs.ts';
import { askSchedule, together } from '../ask-schedule.ts';
import { type Fault, type Memory, noTrouble } from '../memory.ts';
import { clearRuns } from '../plan/plan-job.ts';
import { isKept, takeTurns } from '../plan/turns.ts';
import { earliest, imageTrouble, inOrder, isDeleted, type Subject, unwanted } from '../subject.ts';
import { judgeJob } from './judge-job.ts';
import { judgeRollout, rolloutOf, rolloutStory, rolloutView } from './judge-rollout.ts';
import { judgeWorkerSlot, type SlotVerdict } from './judge-slot.ts';

/** The state of a deployment. */
export interface Verdict {
  readonly view: ObservedView;
  readonly memory: Memory;
  /** A job's runs as of this tick, newest first. */
  readonly runs: readonly RunRecord[];
  /** The changes to its runs; null: none. */
  readonly change: RunsChange | null;
  readonly events: readonly NewEvent[];
  readonly dueAt: number | null;
}

/** Judges a deployment that could be observed. `before` is the view shown last. */
export const judge = (subject: Subject, before: ObservedView | null): Verdict =>
  subject.desired.record.kind === 'job' ? judgeRuns(subject, before) : judgeWorker(subject, before);

/** Judges a job by its runs. */
function judgeRuns(subject: Subject, before: ObservedView | null): Verdict {
  const job = judgeJob(subject);
  const runs = { ...subject, desired: { ...subject.desired, runs: job.runs } };
  const isLeft = isDeleted(subject) ? subject.instances.length > 0 : clearRuns(runs).length > 0;
  const asked = askSchedule(subject, job.runs);
  const { status, reason } = asHeld(subject, {
    status: job.status,
    reason: job.runs.length === 0 ? (asked.waitsFor ?? job.reason) : job.reason,
  });
  const view: ObservedView = {
    status,
    status_reason: reason,
    instances: [...job.instances],
    ready_replicas: job.ready,
    restarts: job.retries,
    observed_at: new Date(subject.now).toISOString(),
    rollout: null,
    schedule: asked.view,
  };
  return {
    view,
    memory: {
      ...subject.memory,
      teardown: isLeft ? subject.memory.teardown : noTrouble,
      slots: job.slots,
      ...(asked.memory === subject.memory.schedule ? {} : { schedule: asked.memory }),
    },
    runs: job.runs,
    change: together(job.change, asked.change),
    events: [...job.events, ...asked.events, ...statusEvent(subject, before, view)],
    dueAt: earliest(job.dueAt, asked.dueAt),
  };
}

function judgeWorker(subject: Subject, before: ObservedView | null): Verdict {
  const begun = isDeleted(subject) ? null : rolloutOf(subject);
  const moving: Subject = begun ? { ...subject, memory: begun.memory } : subject;
  const slots = takeTurns(moving).map((turn) => ({
    turn,
    verdict: judgeWorkerSlot(turn.subject, turn.slot),
  }));
  const verdicts = slots.map(({ verdict }) => verdict);
  const rolled = begun ? judgeRollout(moving, begun.memory.rollout, slots) : null;
  const memory: Memory = {
    ...moving.memory,
    teardown: unwanted(subject).length > 0 ? subject.memory.teardown : noTrouble,
    slots: Object.fromEntries(slots.map(({ turn, verdict }) => [turn.slot, verdict.memory])),
    ...(rolled ? { stable: rolled.stable, rollout: rolled.rollout } : {}),
  };
  const judged: Subject = { ...subject, memory };
  const shared = sharedFault(judged, verdicts);
  const rollout = rolloutView(memory, subject);
  const standing = asHeld(subject, workerStanding({ shared, verdicts, rollout }));
  const view: ObservedView = {
    status: standing.status,
    status_reason: standing.reason,
    instances: instanceIds(judged),
    ready_replicas: verdicts.filter(({ ready }) => ready).length,
    restarts: verdicts.reduce((sum, verdict) => sum + verdict.memory.restarts, 0),
    observed_at: new Date(subject.now).toISOString(),
    rollout,
    schedule: null,
  };
  return {
    view,
    memory,
    runs: subject.desired.runs,
    change: null,
    events: [
      ...(begun?.events ?? []),
      ...verdicts.flatMap(({ events }) => events),
      ...(rolled?.events ?? []),
      ...statusEvent(subject, before, view),
    ],
    dueAt: earliest(rolled?.dueAt ?? null, ...verdicts.map(({ dueAt }) => dueAt)),
  };
}

/**
 * The view of a deployment that cannot be observed: the last known one, with status unknown and the time of the last
 * observation.
 */
export function judgeUnseen(
  { record, runs }: Desired,
  before: ObservedView,
  { reason, lastSeenAt }: { readonly reason: string; readonly lastSeenAt: string | null },
): ObservedView {
  if (record.kind === 'job' && runs.every(isOver)) return before;
  const observedAt = before.status === 'unknown' ? before.observed_at : (lastSeenAt ?? before.observed_at);
  return { ...before, status: 'unknown', status_reason: reason, observed_at: observedAt };
}

interface Standing {
  readonly status: Status;
  readonly reason: string | null;
}

/**
 * The status of a worker: running if an instance serves in every wanted slot and nothing is wrong. First match wins.
 */
function workerStanding({
  shared,
  verdicts,
  rollout,
}: {
  readonly shared: Fault | null;
  readonly verdicts: readonly SlotVerdict[];
  readonly rollout: RolloutView | null;
}): Standing {
  const wrong = shared ?? firstFault(verdicts);
  const aside = verdicts.find((verdict) => verdict.aside !== null)?.aside ?? null;
  const story = rolloutStory(rollout, wrong?.reason ?? aside);
  const unready = verdicts.find(({ ready }) => !ready);
  // A fault of a new revision does not hide that the old one serves.
  if (story !== null && !unready) return { status: 'running', reason: story };
  if (wrong) return { status: wrong.status, reason: wrong.reason };
  const isMoving = verdicts.some(({ waitsFor }) => waitsFor !== null) && rollout !== null;
  const moving = isMoving ? `revision ${rollout.revision} is being rolled out` : null;
  if (unready) return { status: 'creating', reason: unready.waitsFor };
  return { status: 'running', reason: moving ?? aside };
}

/**
 * The status of a held deployment: it says what the deployment waits for, unless something is wrong; if the old
 * revision serves, in addition to that.
 */
function asHeld({ hold, desired }: Subject, standing: Standing): Standing {
  if (hold == null) return standing;
  const { status, reason, from } = hold;
  if (standing.status === 'creating' || standing.status === 'pending') return { status, reason };
  if (standing.status !== 'running' || desired.record.kind === 'job') return standing;
  return {
    status: 'running',
    reason: from === 0 ? `revision ${desired.record.revision} ${reason}` : reason,
  };
}

/**
 * The fault that concerns the whole deployment: its image, if a slot waits for it, and instances that cannot be taken
 * down.
 */
function sharedFault(subject: Subject, verdicts: readonly SlotVerdict[]): Fault | null {
  const needsImage = verdicts.some(({ waitsFor }) => waitsFor !== null);
  return (needsImage ? imageTrouble(subject).fault : null) ?? subject.memory.teardown.fault;
}

const firstFault = (verdicts: readonly SlotVerdict[]): Fault | null =>
  verdicts.find(({ fault }) => fault !== null)?.fault ?? null;

/** The instances that fill slots; those kept of a failed rollout are there for their logs and are not included. */
function instanceIds(subject: Subject): string[] {
  const { revision } = subject.desired;
  return [...subject.instances]
    .filter((one) => one.state !== 'removing' && !(one.state === 'exited' && isKept(subject, revision, one)))
    .sort(inOrder)
    .map(({ id }) => id);
}

const quiet: ReadonlySet<Status> = new Set(['running', 'completed', 'creating', 'pending']);

const levelOf = (status: Status): NewEvent['level'] => {
  if (quiet.has(status)) return 'info';
  return status === 'unknown' ? 'warning' : 'error';
};

/** The event that reports a change of status; none for a deployment that is being deleted. */
export function statusEvent(
  { desired, now }: Pick<Subject, 'desired' | 'now'>,
  before: ObservedView | null,
  view: ObservedView,
): NewEvent[] {
  const from = before?.status ?? 'creating';
  if (from === view.status || desired.record.deletedAt !== null) return [];
  const why = view.status_reason === null ? '' : `: ${view.status_reason}`;
  return [
    {
      uid: desired.record.uid,
      at: new Date(now).toISOString(),
      level: levelOf(view.status),
      component: 'scheduler',
      reason: 'StatusChanged',
      message: `Status changed from ${from} to ${view.status}${why}`,
    },
  ];
}
