/**
 * What an observation means for a deployment: its status with the reason, what is to be remembered, and the events
 * that tell of the difference. Derived anew each tick, so no error outlives its cause. Pure.
 */
import type { Status } from '../deployment/status.ts';
import type { ObservedView, RolloutView } from '../deployment/view.ts';
import type { NewEvent } from '../event/event.ts';
import { judgeRollout, rolloutOf, rolloutStory, rolloutView } from './judge-rollout.ts';
import { judgeJobSlot, judgeWorkerSlot, type SlotVerdict } from './judge-slot.ts';
import { type Fault, type Memory, noTrouble } from './memory.ts';
import { earliest, imageTrouble, inOrder, type Subject, slotMemory, unwanted } from './subject.ts';
import { isKept, takeTurns } from './turns.ts';

/** How a deployment stands. */
export interface Verdict {
  readonly view: ObservedView;
  readonly memory: Memory;
  readonly events: readonly NewEvent[];
  readonly dueAt: number | null;
}

/** Judges a deployment that could be seen. `before` is what was shown last. */
export function judge(subject: Subject, before: ObservedView | null): Verdict {
  const isJob = subject.desired.record.kind === 'job';
  const rolls = !isJob && subject.desired.record.deletedAt === null;
  const begun = rolls ? rolloutOf(subject) : null;
  const moving: Subject = begun ? { ...subject, memory: begun.memory } : subject;
  const judgeSlot = isJob ? judgeJobSlot : judgeWorkerSlot;
  const slots = takeTurns(moving).map((turn) => ({ turn, verdict: judgeSlot(turn.subject, turn.slot) }));
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
  const rollout = isJob ? null : rolloutView(memory, subject);
  const standing = asHeld(
    subject,
    isJob ? jobStanding(shared, verdicts) : workerStanding({ shared, verdicts, rollout }),
  );
  const view: ObservedView = {
    status: standing.status,
    status_reason: standing.reason,
    instances: instanceIds(judged),
    ready_replicas: verdicts.filter(({ ready }) => ready).length,
    restarts: verdicts.reduce((sum, verdict) => sum + verdict.memory.restarts, 0),
    observed_at: new Date(subject.now).toISOString(),
    rollout,
  };
  return {
    view,
    memory,
    events: [
      ...(begun?.events ?? []),
      ...verdicts.flatMap(({ events }) => events),
      ...(rolled?.events ?? []),
      ...statusEvent(subject, before, view),
    ],
    dueAt: earliest(rolled?.dueAt ?? null, ...verdicts.map(({ dueAt }) => dueAt)),
  };
}

/** What is shown of a deployment that cannot be seen: what was known, said to be unknown, as of the last look. */
export function judgeUnseen(
  { desired, memory }: Pick<Subject, 'desired' | 'memory'>,
  before: ObservedView,
  { reason, lastSeenAt }: { readonly reason: string; readonly lastSeenAt: string | null },
): ObservedView {
  const { kind, replicas } = desired.record;
  const slots = Array.from({ length: replicas }, (_, slot) => slotMemory({ memory, desired }, slot));
  if (kind === 'job' && slots.every(({ run }) => run !== null && run.outcome !== null)) return before;
  const observedAt = before.status === 'unknown' ? before.observed_at : (lastSeenAt ?? before.observed_at);
  return { ...before, status: 'unknown', status_reason: reason, observed_at: observedAt };
}

interface Standing {
  readonly status: Status;
  readonly reason: string | null;
}

/** A worker runs when something serves in every wanted slot and nothing is wrong. First match wins. */
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
  const story = rolloutStory(rollout, wrong?.reason ?? null);
  const unready = verdicts.find(({ ready }) => !ready);
  // What is wrong with a new revision does not hide that the old one serves.
  if (story !== null && !unready) return { status: 'running', reason: story };
  if (wrong) return { status: wrong.status, reason: wrong.reason };
  const isMoving = verdicts.some(({ waitsFor }) => waitsFor !== null) && rollout !== null;
  const moving = isMoving ? `revision ${rollout.revision} is being rolled out` : null;
  return unready ? { status: 'creating', reason: unready.waitsFor } : { status: 'running', reason: moving };
}

/** What is held says what it waits for, unless something is wrong; where the old one serves, beside that. */
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

/** A job is over when every run is; it failed when one did. First match wins. */
function jobStanding(shared: Fault | null, verdicts: readonly SlotVerdict[]): Standing {
  const isOver = verdicts.every(({ outcome }) => outcome !== null);
  const failed = verdicts.find(({ outcome }) => outcome === 'failed');
  if (isOver && failed) return { status: 'failed', reason: failed.memory.run?.reason ?? null };
  if (isOver) return { status: 'completed', reason: null };
  const wrong = shared ?? firstFault(verdicts);
  if (wrong) return { status: wrong.status, reason: wrong.reason };
  const waiting = verdicts.find(({ waitsFor }) => waitsFor !== null);
  if (verdicts.some(({ ready, outcome }) => ready && outcome === null))
    return { status: 'running', reason: null };
  return { status: 'creating', reason: waiting?.waitsFor ?? null };
}

/** What concerns the whole deployment: its image, where a slot waits for it, and what cannot be taken down. */
function sharedFault(subject: Subject, verdicts: readonly SlotVerdict[]): Fault | null {
  const needsImage = verdicts.some(({ waitsFor }) => waitsFor !== null);
  return (needsImage ? imageTrouble(subject).fault : null) ?? subject.memory.teardown.fault;
}

const firstFault = (verdicts: readonly SlotVerdict[]): Fault | null =>
  verdicts.find(({ fault }) => fault !== null)?.fault ?? null;

/** What is left of a failed rollout is there for its logs and fills no slot. */
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

/** The event that tells of a change of status; none for a deployment that is being deleted. */
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
