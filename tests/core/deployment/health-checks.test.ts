/** The health checks of a declaration: what is taken, what is filled in, what is refused, and that PATCH loses nothing. */
import { describe, expect, it } from 'vitest';
import { DeploymentDraft } from '../../../core/deployment/spec/draft.ts';
import { draftOf, normalize, specText } from '../../../core/deployment/spec/normalize.ts';
import { RingError } from '../../../core/errors.ts';
import { validate } from '../../../core/validate.ts';
import { aDraft, aNormalForm } from '../../support/builders.ts';

type Checks = NonNullable<DeploymentDraft['health_checks']>;

/** What the schema says is wrong with one check. */
const faultsOf = (check: unknown) =>
  validate(DeploymentDraft, { name: 'web', image: 'nginx', health_checks: [check] }).violations ?? [];

/** What is said of a draft that fits the schema. */
const violationsOf = (draft: DeploymentDraft) => {
  try {
    normalize(draft);
    return [];
  } catch (error) {
    return error instanceof RingError ? error.violations : [];
  }
};

const withChecks = (...health_checks: Checks) => aDraft({ health_checks });

describe('what is not given', () => {
  it('is filled in', () => {
    const { spec } = aNormalForm({
      health_checks: [
        { type: 'http', port: 80 },
        { type: 'tcp', port: 5432 },
        { type: 'command', command: ['pg_isready'] },
      ],
    });
    const usual = {
      intervalMs: 10_000,
      timeoutMs: 5_000,
      startPeriodMs: 0,
      threshold: 3,
      successThreshold: 1,
      onFailure: 'restart',
      readiness: false,
    };
    expect(spec.healthChecks).toEqual([
      { type: 'http', port: 80, path: '/', headers: {}, ...usual },
      { type: 'tcp', port: 5432, ...usual },
      { type: 'command', command: ['pg_isready'], ...usual },
    ]);
  });

  it('is no longer than the interval where that is short', () => {
    const { spec } = aNormalForm({ health_checks: [{ type: 'tcp', port: 1, interval: '2s' }] });
    expect(spec.healthChecks).toMatchObject([{ intervalMs: 2_000, timeoutMs: 2_000 }]);
  });
});

it('takes everything that can be said, and gives it back in full', () => {
  const check = {
    type: 'http' as const,
    port: 8080,
    path: '/healthz?full=1',
    headers: { 'X-B': '2', Authorization: 'Bearer x' },
    interval: '1m',
    timeout: 2.5,
    start_period: '30s',
    threshold: 5,
    success_threshold: 2,
    on_failure: 'alert' as const,
    readiness: true,
  };
  expect(faultsOf({ ...check })).toEqual([]);
  expect(draftOf(normalize(withChecks(check))).health_checks).toEqual([
    { ...check, headers: { Authorization: 'Bearer x', 'X-B': '2' }, timeout: '2500ms' },
  ]);
});

it('makes the same again of what it gives back', () => {
  const once = aNormalForm({
    health_checks: [
      { type: 'command', command: ['a', ''], readiness: true, on_failure: 'none' },
      { type: 'http', port: 1, interval: '1h', timeout: '5m', headers: { b: '1', a: '2' } },
    ],
  });
  expect(normalize(draftOf(once))).toEqual(once);
});

it('does not change what runs', () => {
  const bare = aNormalForm();
  const checked = aNormalForm({ health_checks: [{ type: 'tcp', port: 80 }] });
  expect(specText(checked.spec, checked.confidential)).toBe(specText(bare.spec, bare.confidential));
});

it.each<[object, string, string]>([
  [{ type: 'grpc', port: 1 }, '/type', 'must be http, tcp or command'],
  [{ port: 1 }, '/type', 'must be http, tcp or command'],
  [{ type: 'http' }, '/port', 'is required'],
  [{ type: 'tcp', port: 0 }, '/port', 'must be 1 or more'],
  [{ type: 'tcp', port: 65536 }, '/port', 'must be 65535 or less'],
  [{ type: 'tcp', port: 1, path: '/' }, '/path', 'is not a known field'],
  [{ type: 'http', port: 1, url: 'http://other' }, '/url', 'is not a known field'],
  [
    { type: 'http', port: 1, path: 'healthz' },
    '/path',
    'must begin with "/" and have no spaces: escape what is not plain ASCII',
  ],
  [
    { type: 'http', port: 1, path: '/a b' },
    '/path',
    'must begin with "/" and have no spaces: escape what is not plain ASCII',
  ],
  [{ type: 'http', port: 1, headers: { 'a b': '' } }, '/headers/a b', 'is not the name of a header'],
  [{ type: 'http', port: 1, headers: { A: 'x\r\nB: y' } }, '/headers/A', 'must be one line of plain ASCII'],
  [
    { type: 'http', port: 1, headers: { 'Transfer-Encoding': 'chunked' } },
    '/headers/Transfer-Encoding',
    'cannot be set: it says how the request is sent',
  ],
  [{ type: 'command', command: 'curl localhost' }, '/command', 'must be a list'],
  [{ type: 'command', command: [] }, '/command', 'must not be empty'],
  [{ type: 'command', command: ['a\0'] }, '/command/0', 'must not contain NUL'],
  [{ type: 'tcp', port: 1, threshold: 0 }, '/threshold', 'must be 1 or more'],
  [{ type: 'tcp', port: 1, threshold: 101 }, '/threshold', 'must be 100 or less'],
  [{ type: 'tcp', port: 1, on_failure: 'kill' }, '/on_failure', 'must be one of restart, alert, none'],
  [{ type: 'tcp', port: 1, readiness: 'yes' }, '/readiness', 'must be true or false'],
])('refuses %j', (check, pointer, message) => {
  expect(faultsOf(check)).toEqual([{ pointer: `/health_checks/0${pointer}`, message }]);
});

it.each<[object, string, string]>([
  [
    { interval: '500ms' },
    '/interval',
    'must be a duration from 1s to 1h such as "5s", or a number of seconds',
  ],
  [{ interval: '2h' }, '/interval', 'must be a duration from 1s to 1h such as "5s", or a number of seconds'],
  [
    { interval: 'soon' },
    '/interval',
    'must be a duration from 1s to 1h such as "5s", or a number of seconds',
  ],
  [{ timeout: 0 }, '/timeout', 'must be a duration from 100ms to 5m such as "5s", or a number of seconds'],
  [{ timeout: '11s' }, '/timeout', 'is longer than the interval of 10s: an answer must come before'],
  [
    { interval: '2s', timeout: '3s' },
    '/timeout',
    'is longer than the interval of 2s: an answer must come before',
  ],
  [
    { start_period: '61m' },
    '/start_period',
    'must be a duration from 0s to 1h such as "5s", or a number of seconds',
  ],
])('refuses the times %j', (times, pointer, message) => {
  const draft = withChecks({ type: 'tcp', port: 1 }, { type: 'tcp', port: 2, ...times });
  expect(violationsOf(draft)).toEqual([{ pointer: `/health_checks/1${pointer}`, message }]);
});

it('refuses more than ten', () => {
  const health_checks = Array.from({ length: 11 }, () => ({ type: 'tcp', port: 80 }));
  const { violations } = validate(DeploymentDraft, { name: 'web', image: 'nginx', health_checks });
  expect(violations).toEqual([{ pointer: '/health_checks', message: 'must have a length of 10 or less' }]);
});

it('refuses those of a job', () => {
  expect(violationsOf({ ...withChecks({ type: 'tcp', port: 1 }), kind: 'job' })).toEqual([
    {
      pointer: '/health_checks',
      message: 'a job has no health checks: its exit code says whether it succeeded',
    },
  ]);
});
