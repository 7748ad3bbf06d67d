/** What health checks do to what is remembered and shown, row by row. */
import { expect, it } from 'vitest';
import { judge } from '../../../../core/reconcile/judge/judge.ts';
import { anHttpCheck } from '../../../support/health.ts';
import { aSlot } from '../../../support/records.ts';
import { failing, old, ready, unready } from '../../../support/rolling.ts';
import { aSubject, later, type SubjectChanges } from '../../../support/subjects.ts';

const check = anHttpCheck({ intervalMs: 10_000, timeoutMs: 5_000, threshold: 3, startPeriodMs: 20_000 });
const restarted = [aSlot({ instanceId: 'c0-r1', failures: 4, retryAt: later(-1) })];
const checked = (upMs: number, changes: SubjectChanges = {}): SubjectChanges => ({
  spec: { healthChecks: [check] },
  slots: restarted,
  instances: [old(0, { upMs })],
  ...changes,
});

it.each<[string, SubjectChanges, number]>([
  ['counts on while its checks may still ask for the next restart', checked(79_999), 4],
  ['counts on while its checks ask for one', checked(80_000, { health: { 'c0-r1': failing } }), 4],
  ['forgets once its checks have had the time and did not', checked(80_000), 0],
  [
    'forgets once it stayed up where no check asks for restarts',
    checked(10_000, { spec: { healthChecks: [{ ...check, onFailure: 'alert' }] } }),
    0,
  ],
])('restarts for health: %s', (_, changes, failures) => {
  expect(judge(aSubject(changes), null).memory.slots[0]?.failures).toBe(failures);
});

const gated = { spec: { healthChecks: [{ ...check, readiness: true }] }, instances: [old()] };

it.each<[string, SubjectChanges, { status: string; status_reason: string | null; ready_replicas: number }]>([
  [
    'is running while it is ready',
    { ...gated, health: { 'c0-r1': ready } },
    { status: 'running', status_reason: null, ready_replicas: 1 },
  ],
  [
    'is being created before the first answer',
    gated,
    {
      status: 'creating',
      status_reason: 'replica 0 has not passed its first readiness check yet',
      ready_replicas: 0,
    },
  ],
  [
    'is at fault while it is not ready',
    { ...gated, health: { 'c0-r1': unready } },
    {
      status: 'error',
      status_reason: 'replica 0 is not healthy: GET /ready answered 503',
      ready_replicas: 0,
    },
  ],
  [
    'is at fault while its check asks for a restart',
    { ...gated, health: { 'c0-r1': failing } },
    {
      status: 'error',
      status_reason: 'replica 0 is not healthy: GET /ready answered 500',
      ready_replicas: 0,
    },
  ],
])('%s', (_, changes, shown) => {
  expect(judge(aSubject(changes), null).view).toMatchObject(shown);
});
