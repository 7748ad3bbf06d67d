/**
 * Decides what answers mean: each answer updates the state of its check, and the states of all checks of an instance
 * give its health. Pure; when checks are executed is decided in schedule.ts, what follows from a verdict in
 * core/reconcile.
 */
import type { Answer } from './answer.ts';
import type { Health, HealthCheck } from './check.ts';

/** The state of one check of one process. */
export interface CheckState {
  /** `unknown` until enough consecutive answers agree for the first time. */
  readonly verdict: 'unknown' | 'passing' | 'failing';
  /** Consecutive answers of each kind, up to {@link mostCounted}: one of the two is always 0. */
  readonly successes: number;
  readonly failures: number;
  /**
   * The time until which failures do not count, ms since 1970; null once a success has ended that period. Never set
   * again.
   */
  readonly graceUntil: number | null;
  /** Why the check is failing: the error of the answer that made it fail; kept until the check passes. */
  readonly reason: string | null;
}

/** The maximum count: thresholds are at most a hundred. */
export const mostCounted = 1000;

/** The state of a check whose process began at `startedAt`, as far as is known (ms since 1970). */
export const freshState = ({ startPeriodMs }: HealthCheck, startedAt: number): CheckState => ({
  verdict: 'unknown',
  successes: 0,
  failures: 0,
  graceUntil: startPeriodMs > 0 ? startedAt + startPeriodMs : null,
  reason: null,
});

/** The state of a check after one more answer. */
export function foldAnswer(state: CheckState, check: HealthCheck, answer: Answer): CheckState {
  if (answer.ok === null) return state;
  return answer.ok ? afterSuccess(state, check) : afterFailure(state, check, answer);
}

function afterSuccess(state: CheckState, { successThreshold }: HealthCheck): CheckState {
  const successes = Math.min(mostCounted, state.successes + 1);
  const passes = state.verdict === 'passing' || successes >= successThreshold;
  return {
    verdict: passes ? 'passing' : state.verdict,
    successes,
    failures: 0,
    graceUntil: null,
    reason: passes ? null : state.reason,
  };
}

function afterFailure(state: CheckState, check: HealthCheck, { at, error }: Answer): CheckState {
  if (state.graceUntil !== null && at < state.graceUntil) return state;
  const failures = Math.min(mostCounted, state.failures + 1);
  const fails = state.verdict === 'failing' || failures >= check.threshold;
  const turned = fails && state.verdict !== 'failing';
  return {
    verdict: fails ? 'failing' : state.verdict,
    successes: 0,
    failures,
    graceUntil: null,
    reason: turned ? `${describeCheck(check)} is failing: ${error ?? 'no success'}` : state.reason,
  };
}

/** Describes a check in words: its port, path or program. */
export function describeCheck(check: HealthCheck): string {
  if (check.type === 'http') return `the http check of :${check.port}${check.path}`;
  if (check.type === 'tcp') return `the tcp check of port ${check.port}`;
  return `the command check ${check.command[0]}`;
}

/** A check and its state. */
export interface Judged {
  readonly check: HealthCheck;
  readonly state: CheckState;
}

/** The health of an instance, given the states of its checks. */
export function healthOf(judged: readonly Judged[]): Health {
  const gates = judged.filter(({ check }) => check.readiness);
  const shut = gates.find(({ state }) => state.verdict === 'failing');
  const broken = judged.find(
    ({ check, state }) => check.onFailure === 'restart' && state.verdict === 'failing',
  );
  const open = gates.every(({ state }) => state.verdict === 'passing');
  return {
    ready: shut ? false : open ? true : null,
    failing: broken?.state.reason ?? null,
    unreadyReason: shut?.state.reason ?? null,
  };
}

/** Whether two results are equal. */
export const sameHealth = (one: Health, other: Health): boolean =>
  one.ready === other.ready && one.failing === other.failing && one.unreadyReason === other.unreadyReason;
