/**
 * Decides what is remembered of finished work: tries are counted, refusals become faults, and success clears them.
 * Pure; the work itself is done in execute.ts.
 */
import type { Desired } from '../../ports.ts';
import { RuntimeError } from '../../runtime-error.ts';
import { waitAfter, waitAfterFailure } from '../backoff.ts';
import { faultOf } from '../faults.ts';
import { type Memory, noTrouble, type SlotMemory, type Trouble } from '../memory.ts';
import { type Aside, type Lane, restarted } from '../plan/actions.ts';
import { revisionNumbered, slotMemory, withAsides } from '../subject.ts';
import type { LaneOutcome } from './execute.ts';

/** The memory of a deployment after the lanes of a plan have ended. */
export function remember(
  memory: Memory,
  {
    desired,
    outcomes,
    now,
  }: { readonly desired: Desired; readonly outcomes: readonly LaneOutcome[]; readonly now: number },
): Memory {
  const { kind, deletedAt, replicas } = desired.record;
  // A job has no permanent slots: every lane that is not a try of a part only clears away.
  const clears = ({ slot, counts }: Lane): boolean =>
    deletedAt !== null || (kind === 'job' ? !counts : slot >= replicas);
  let { slots, teardown } = memory;
  for (const outcome of outcomes) {
    const { slot } = outcome.lane;
    if (clears(outcome.lane)) {
      teardown = outcome.failed
        ? afterFailure(teardown, outcome, { key: `${desired.record.uid}/teardown`, now })
        : teardown;
      continue;
    }
    const before = slotMemory({ memory: { ...memory, slots }, desired: atLane(desired, outcome.lane) }, slot);
    slots = {
      ...slots,
      [slot]: afterLane(before, outcome, { key: `${desired.record.uid}/${slot}`, now }),
    };
  }
  const tornDown = outcomes.filter(({ lane }) => clears(lane));
  if (tornDown.length > 0 && tornDown.every(({ failed }) => failed === null)) teardown = noTrouble;
  return { ...memory, slots, teardown };
}

/** The deployment as the lane was planned: with its slot's revision as the wanted one. */
function atLane(desired: Desired, lane: Lane): Desired {
  const revision = revisionNumbered(desired, lane.revision);
  return revision ? { ...desired, revision } : desired;
}

interface Counting {
  readonly key: string;
  readonly now: number;
}

function afterLane(before: SlotMemory, outcome: LaneOutcome, { key, now }: Counting): SlotMemory {
  const { lane, lastWords } = outcome;
  const told = lastWords ? { ...before, lastWords: { ...lastWords, crashes: before.crashes } } : before;
  if (lane.aside !== undefined) {
    return afterAside(told, outcome, { aside: lane.aside, key: `${key}/${lane.aside}`, now });
  }
  if (outcome.failed) {
    const refused =
      outcome.failed.kind === 'startInstance' && outcome.fault !== null && !mayHaveStarted(outcome);
    return {
      ...told,
      ...afterFailure(before, outcome, { key, now }),
      run: refused ? undone(before) : before.run,
    };
  }
  if (!lane.counts) return told;
  const failures = before.failures + 1;
  const wait = waitAfter(failures, key);
  const restarts = before.restarts + (restarted(lane) === null ? 0 : 1);
  return { ...told, restarts, failures, fault: null, retryAt: wait === 0 ? null : after(now, wait) };
}

/**
 * The memory after an aside, that is, work beside filling the slot: success clears its refusals, unless the lane counts
 * as a try.
 */
function afterAside(
  before: SlotMemory,
  outcome: LaneOutcome,
  { aside, key, now }: Counting & { readonly aside: Aside },
): SlotMemory {
  const { [aside]: trouble = noTrouble, ...others } = before.asides ?? {};
  if (outcome.failed) {
    return { ...before, asides: { ...others, [aside]: afterFailure(trouble, outcome, { key, now }) } };
  }
  if (!outcome.lane.counts) return withAsides(before, others);
  const failures = trouble.failures + 1;
  const tried = { failures, fault: null, retryAt: after(now, waitAfter(failures, key)) };
  return { ...before, asides: { ...others, [aside]: tried } };
}

/** The trouble after another refusal. */
function afterFailure(
  before: Trouble,
  { fault, failed }: LaneOutcome,
  { key, now }: Pick<Counting, 'key' | 'now'>,
): Trouble {
  const failures = before.failures + 1;
  return { failures, fault, retryAt: after(now, waitAfterFailure(failures, key, failed?.retryAfterSeconds)) };
}

/** The trouble after an image could not be resolved. */
export function afterImageFailure(
  before: Memory['image'],
  { error, desired, now }: { readonly error: unknown; readonly desired: Desired; readonly now: number },
): Memory['image'] {
  const revision = desired.revision.number;
  const failures = (before.revision === revision ? before.failures : 0) + 1;
  const asked =
    error instanceof Error && 'retryAfterSeconds' in error ? Number(error.retryAfterSeconds ?? 0) : 0;
  const wait = waitAfterFailure(failures, `${desired.record.uid}/image`, asked);
  return { revision, failures, fault: faultOf(error), retryAt: after(now, wait) };
}

/**
 * Whether the start may have happened: one that was sent and not answered was not refused, and the process may be
 * running or start later.
 */
const mayHaveStarted = ({ failed }: LaneOutcome): boolean =>
  failed?.error instanceof RuntimeError && failed.error.kind === 'unavailable' && !failed.error.neverSent;

/** The run of a slot after a start was refused: that try never began, so the one before it is the latest again. */
function undone({ run }: SlotMemory): SlotMemory['run'] {
  if (run === null || run.outcome !== null) return run;
  return run.attempt > 1 ? { ...run, attempt: run.attempt - 1, outcome: 'failed' } : null;
}

const after = (now: number, ms: number): string => new Date(now + ms).toISOString();
