/**
 * Checks each start of a job's container: no try starts twice, no more start than were requested, none of a finished
 * run, and never more at once than allowed.
 */
import type { Desired } from '../../core/ports.ts';
import { isOver, runOfSlot } from '../../core/run/run.ts';
import { defaultTerms, type JobTerms } from '../../core/run/terms.ts';
import { attemptOf, type Instance } from '../../core/runtime.ts';

/** What the guard knows when something was started. */
export interface StartView {
  /** The engine as it is now. */
  readonly now: readonly Instance[];
  /** What was declared when Ring looked last. */
  readonly declared: readonly Desired[];
  /** Ids of what was started before, in order. */
  readonly before: readonly Instance[];
}

/** What is wrong with having started this container; null when nothing is, and for a worker. */
export function complaintOfStart(started: Instance, { now, declared, before }: StartView): string | null {
  const { uid, slot } = started.identity;
  const desired = declared.find(({ record }) => record.uid === uid);
  if (desired?.record.kind !== 'job') return null;
  const { run: number, index } = runOfSlot(slot);
  const run = desired.runs.find((one) => one.number === number);
  const attempt = attemptOf(started.identity);
  const what = `${started.containerName} of ${uid}`;
  const wasBegun = before.some(
    ({ identity }) => identity.uid === uid && identity.slot === slot && attemptOf(identity) === attempt,
  );
  if (wasBegun) return `${what} began twice`;
  if (run === undefined) return `${what} was started, and no such run was known`;
  if (isOver(run)) return `${what} was started, and its run was over`;
  const part = run.result.parts.find((one) => one.index === index);
  if (part && part.outcome !== null) return `${what} was started, and its part was over`;
  const terms = termsOf(desired, run.revision);
  if (attempt > terms.retries + 1) return `${what} was started, and only ${terms.retries} retries may be`;
  const live = now.filter(({ identity, state }) => identity.uid === uid && state === 'running');
  const beside = live.filter(({ identity }) => runOfSlot(identity.slot).run === number).length;
  if (beside > (terms.parallelism ?? 1000)) return `${what} was started, and then ${beside} ran at once`;
  const others = live.filter(({ identity }) => runOfSlot(identity.slot).run !== number);
  const mayBe = desired.revision.spec.job?.concurrency === 'allow' || others.length === 0;
  return mayBe ? null : `${what} was started beside ${others.map((one) => one.containerName).join(', ')}`;
}

const termsOf = ({ revision, older }: Desired, number: number): JobTerms =>
  [revision, ...older].find((one) => one.number === number)?.spec.job ?? defaultTerms;
