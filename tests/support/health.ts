/** Builders of health checks and their records: fields that a test does not name have sensible defaults. */
import type { Answer } from '../../core/health/answer.ts';
import type { CommandCheck, HttpCheck, TcpCheck } from '../../core/health/check.ts';
import type { CheckRecord, HealthRecord } from '../../core/health/record.ts';
import { freshState } from '../../core/health/verdict.ts';
import type { HealthTarget } from '../../core/health/watch.ts';
import { madeAt } from './records.ts';

const terms = {
  intervalMs: 10_000,
  timeoutMs: 5_000,
  startPeriodMs: 0,
  threshold: 3,
  successThreshold: 1,
  onFailure: 'restart',
  readiness: false,
} as const;

/** GET :8080/healthz every ten seconds. */
export const anHttpCheck = (changes: Partial<HttpCheck> = {}): HttpCheck => ({
  type: 'http',
  port: 8080,
  path: '/healthz',
  headers: {},
  ...terms,
  ...changes,
});

/** A connection to port 5432 every ten seconds. */
export const aTcpCheck = (changes: Partial<TcpCheck> = {}): TcpCheck => ({
  type: 'tcp',
  port: 5432,
  ...terms,
  ...changes,
});

/** `is-well` every ten seconds. */
export const aCommandCheck = (changes: Partial<CommandCheck> = {}): CommandCheck => ({
  type: 'command',
  command: ['is-well'],
  ...terms,
  ...changes,
});

/** A success of an http check. */
export const anAnswer = (changes: Partial<Answer> = {}): Answer => ({
  at: Date.parse(madeAt),
  ok: true,
  status: 200,
  exitCode: null,
  durationMs: 3,
  excerpt: 'fine',
  error: null,
  ...changes,
});

/** A failure of an http check. */
export const aFailure = (changes: Partial<Answer> = {}): Answer =>
  anAnswer({ ok: false, status: 503, excerpt: 'no', error: 'it answered 503', ...changes });

/** What is kept of an http check that said nothing yet. */
export const aCheckRecord = (changes: Partial<CheckRecord> = {}): CheckRecord => {
  const check = changes.check ?? anHttpCheck();
  return { check, state: freshState(check, Date.parse(madeAt)), answers: [], ...changes };
};

/** What is kept of the container `c-1` in slot 0 of `web`. */
export const aHealthRecord = (changes: Partial<HealthRecord> = {}): HealthRecord => ({
  uid: 'uid-web',
  name: 'web',
  slot: 0,
  instanceId: 'c-1',
  containerName: 'default_web_0_r1',
  startedAt: Date.parse(madeAt),
  endedAt: null,
  checks: [aCheckRecord()],
  ...changes,
});

/** The container `c-1` in slot 0 of `web`, to be asked by http. */
export const aTarget = (changes: Partial<HealthTarget> = {}): HealthTarget => ({
  uid: 'uid-web',
  name: 'web',
  slot: 0,
  instanceId: 'c-1',
  containerName: 'default_web_0_r1',
  address: '10.210.0.2',
  specHash: 'hash-1',
  startedAt: Date.parse(madeAt),
  checks: [anHttpCheck()],
  ...changes,
});
