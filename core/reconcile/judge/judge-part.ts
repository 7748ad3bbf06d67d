/**
 * Decides what the observation of one part of a run means: the state of its latest try, and whether another one
 * follows. Pure; when that one begins is decided in plan/plan-job.ts.
 */
import type { EventReason, NewEvent } from '../../event/event.ts';
import { type RunPart, runSlot } from '../../run/run.ts';
import type { Instance } from '../../runtime.ts';
import { waitAfterFailure } from '../backoff.ts';
import { containerName, identityOf } from '../identity.ts';
import type { Attempt, Fault, SlotMemory } from '../memory.ts';
import { lives, type Part, partOf, type RunTurn, recordedPart } from '../run-parts.ts';
import { slotMemory } from '../subject.ts';
import { ending } from './judge-slot.ts';

/** The state of one part. */
export interface PartVerdict {
  readonly slot: number;
  readonly part: RunPart;
  /** The memory of the part; null once the part is over and nothing more needs to be known of it. */
  readonly memory: SlotMemory | null;
  /** Whether its process runs, and is in its network. */
  readonly runs: boolean;
  /** Whether any process of the part is alive, wanted or not. */
  readonly lives: boolean;
  readonly fault: Fault | null;
  /** Why the part does not run although nothing is wrong; null if it runs, or is over. */
  readonly waitsFor: string | null;
  readonly events: readonly NewEvent[];
}

/** Judges one part of a run that is not over. */
export function judgePart(turn: RunTurn, index: number): PartVerdict {
  const recorded = recordedPart(turn.run, index);
  const slot = runSlot(turn.run.number, index);
  const held = partOf(turn.subject, slot);
  const anyLives = [...held.tries.values()].some(lives);
  if (recorded !== null && recorded.outcome !== null) return over({ slot, part: recorded, lives: anyLives });
  const before = slotMemory(turn.subject, slot);
  const current = held.tries.get(Math.max(held.begun, 1)) ?? null;
  const latest = latestTry(turn, { before, held, current });
  const hasEnded = latest !== before.run && latest !== null && latest.outcome !== null;
  const follows = isFollowed(turn, latest);
  const events = hasEnded ? [endEvent(turn, { slot, latest, follows })] : [];
  const part = partRecord(index, recorded, follows ? withoutOutcome(latest) : latest);
  if (part.outcome !== null) return { ...over({ slot, part, lives: anyLives }), events };
  const runs = current?.state === 'running' && !follows;
  const memory = hasEnded ? betweenTries(turn, before, latest) : { ...before, run: latest };
  return {
    slot,
    part,
    memory: current === null ? memory : { ...memory, instanceId: current.id },
    runs,
    lives: anyLives,
    fault: runs ? null : memory.fault,
    waitsFor: runs ? null : waiting(turn, { part, current, follows }),
    events,
  };
}

/** Whether another try follows the latest one. */
const isFollowed = ({ terms, ending: isEnding }: RunTurn, latest: Attempt | null): boolean =>
  latest?.outcome === 'failed' && latest.attempt <= terms.retries && isEnding === null;

const withoutOutcome = (latest: Attempt | null): Attempt | null =>
  latest && { ...latest, outcome: null, finishedAt: null };

const partRecord = (index: number, recorded: RunPart | null, latest: Attempt | null): RunPart => ({
  index,
  attempts: latest?.attempt ?? 0,
  outcome: latest?.outcome ?? null,
  exitCode: latest?.exitCode ?? null,
  startedAt: latest && (recorded?.startedAt ?? latest.intendedAt),
  finishedAt: latest?.finishedAt ?? null,
  reason: latest?.reason ?? null,
});

const over = (known: Pick<PartVerdict, 'slot' | 'part' | 'lives'>): PartVerdict => ({
  ...known,
  memory: null,
  runs: false,
  fault: null,
  waitsFor: null,
  events: [],
});

interface Looked {
  readonly before: SlotMemory;
  readonly held: Part;
  /** The container of the latest try; before the first try, that of the first. */
  readonly current: Instance | null;
}

/** The latest try as of this tick; null before the first one began. */
function latestTry(turn: RunTurn, { before, held, current }: Looked): Attempt | null {
  // If the latest try is not the one remembered, only what is observed of it is known.
  const known = before.run?.attempt === held.begun ? before.run : null;
  if (known !== null && known.outcome !== null) return known;
  const ended = endOf(turn, known, current);
  if (ended !== null) return endedTry(turn, { held, known, current }, ended);
  return known ?? (held.begun > 0 ? begunTry(turn, held.begun, current) : null);
}

type End = Pick<Attempt, 'exitCode' | 'outcome' | 'reason'>;

const interrupted = 'it was interrupted: it was sent a signal from outside before it ended with exit code 0';
const vanished = 'its container was removed before its end was seen, so whether it did its work is not known';

/** How the latest try ended; null if it did not end, or never began. */
function endOf({ run, subject }: RunTurn, known: Attempt | null, current: Instance | null): End | null {
  // The run was asked to end before this tick, so however the try ended, it was stopped.
  const told = run.result.reason;
  if (current === null) {
    return known === null ? null : { exitCode: null, outcome: 'failed', reason: told ?? vanished };
  }
  if (current.state !== 'exited' && current.state !== 'dead') return null;
  const { exitCode } = current;
  if (told !== null) return { exitCode, outcome: 'failed', reason: told };
  if (exitCode !== 0) return { exitCode, outcome: 'failed', reason: `it ended${ending(current)}` };
  return subject.killed.has(current.id)
    ? { exitCode, outcome: 'failed', reason: interrupted }
    : { exitCode, outcome: 'completed', reason: null };
}

function endedTry(
  turn: RunTurn,
  {
    held,
    known,
    current,
  }: { readonly held: Part; readonly known: Attempt | null; readonly current: Instance | null },
  end: End,
): Attempt {
  const { subject } = turn;
  const begun = known ?? begunTry(turn, Math.max(held.begun, 1), current);
  // The end as reported by the engine, unless its clock reports an impossible time.
  const at = Math.min(subject.now, current?.finishedAt ?? subject.now);
  const finishedAt = new Date(Math.max(at, Date.parse(begun.intendedAt))).toISOString();
  return { ...begun, ...end, finishedAt };
}

/** A try that began without being recorded, reconstructed from what is observed of it. */
const begunTry = ({ subject, run }: RunTurn, attempt: number, current: Instance | null): Attempt => ({
  revision: run.revision,
  attempt,
  intendedAt: new Date(Math.min(subject.now, current?.startedAt ?? subject.now)).toISOString(),
  finishedAt: null,
  exitCode: null,
  outcome: null,
  reason: null,
});

/** The memory between a failed try and the next one: when the next one may begin. */
function betweenTries({ subject, run }: RunTurn, before: SlotMemory, latest: Attempt): SlotMemory {
  const key = `${run.uid}/${run.number}/${latest.attempt}`;
  const wait = waitAfterFailure(latest.attempt, key);
  const retryAt = new Date(subject.now + wait).toISOString();
  return { ...before, run: latest, failures: 0, fault: null, retryAt };
}

function waiting(
  { terms }: RunTurn,
  {
    part: { index, attempts, reason },
    current,
    follows,
  }: { readonly part: RunPart; readonly current: Instance | null; readonly follows: boolean },
): string {
  const who = `replica ${index}`;
  if (follows) return `${who} failed: ${reason}; try ${attempts + 1} of ${terms.retries + 1} follows`;
  return current === null ? `${who} is being created` : `${who} is ${current.state}`;
}

function endEvent(
  { subject, ending: isEnding }: RunTurn,
  { slot, latest, follows }: { readonly slot: number; readonly latest: Attempt; readonly follows: boolean },
): NewEvent {
  const name = containerName(identityOf(subject.desired, slot, latest.attempt));
  const at = new Date(subject.now).toISOString();
  const tell = (level: NewEvent['level'], reason: EventReason, message: string): NewEvent => ({
    uid: subject.desired.record.uid,
    at,
    level,
    component: 'scheduler',
    reason,
    message,
  });
  if (latest.outcome === 'completed') return tell('info', 'JobCompleted', `Job container ${name} completed`);
  if (isEnding !== null) return tell('warning', 'AttemptFailed', `Job container ${name} ended: ${isEnding}`);
  return follows
    ? tell('warning', 'AttemptFailed', `Job container ${name} failed: ${latest.reason}; it is tried again`)
    : tell('error', 'JobFailed', `Job container ${name} failed: ${latest.reason}`);
}
