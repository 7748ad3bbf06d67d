/**
 * What answers mean: each folds into how its check stands, and how all checks of an instance stand makes its health.
 * Pure; when to ask is decided in schedule.ts, what follows from a verdict in core/reconcile.
 */
import type { Answer } from './answer.ts';
import type { Health, HealthCheck } from './check.ts';

/** How one check of one process stands. */
export interface CheckState {
  /** `unknown` until enough answers in a row agree for the first time. */
  readonly verdict: 'unknown' | 'passing' | 'failing';
  /** In a row, up to {@link mostCounted}: one of the two is always 0. */
  readonly successes: number;
  readonly failures: number;
  /** Until when failures do not count, ms since 1970; null once a success has ended that. Never set again. */
  readonly graceUntil: number | null;
  /** Why it is failing: what the answer said that made it so; it stays until it passes. */
  readonly reason: string | null;
}

/** Where counting ends: what matters are thresholds of at most a hundred. */
export const mostCounted = 1000;

/** How a check stands whose process began at that time, as far as is known (ms since 1970). */
export const freshState = ({ startPeriodMs }: HealthCheck, startedAt: number): CheckState => ({
  verdict: 'unknown',
  successes: 0,
  failures: 0,
  graceUntil: startPeriodMs > 0 ? startedAt + startPeriodMs : null,
  reason: null,
});

/** How a check stands after one more answer. */
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

/** A check in words: which port, path or program. */
export function describeCheck(check: HealthCheck): string {
  if (check.type === 'http') return `the http check of :${check.port}${check.path}`;
  if (check.type === 'tcp') return `the tcp check of port ${check.port}`;
  return `the command check ${check.command[0]}`;
}

/** A check and how it stands. */
export interface Judged {
  readonly check: HealthCheck;
  readonly state: CheckState;
}

/** The health of an instance: each of its checks is judged on its own. */
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

/** Whether two say the same. */
export const sameHealth = (one: Health, other: Health): boolean =>
  one.ready === other.ready && one.failing === other.failing && one.unreadyReason === other.unreadyReason;
