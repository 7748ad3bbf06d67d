/**
 * The wire schema of one health check, and its conversion to the normal form and back. Which deployments may have
 * checks is decided in core/deployment.
 */

import * as v from 'valibot';
import { formatDuration, parseDuration } from '../deployment/spec/quantity.ts';
import type { Say } from '../errors.ts';
import type { HealthCheck } from './check.ts';
import type { HealthCheckView } from './view.ts';

const duration = v.union([v.number(), v.string()]);
const times = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(100));

const terms = {
  interval: v.optional(duration),
  timeout: v.optional(duration),
  start_period: v.optional(duration),
  threshold: v.optional(times),
  success_threshold: v.optional(times),
  on_failure: v.optional(v.picklist(['restart', 'alert', 'none'])),
  readiness: v.optional(v.boolean()),
};

const port = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(65535));

const path = v.pipe(
  v.string(),
  v.maxLength(2048),
  v.regex(/^\/[\x21-\x7e]*$/, 'must begin with "/" and have no spaces: escape what is not plain ASCII'),
);

const headerName = v.pipe(
  v.string(),
  v.maxLength(256),
  v.regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/, 'is not the name of a header'),
  v.regex(
    /^(?!(?:connection|content-length|expect|keep-alive|te|trailer|transfer-encoding|upgrade|proxy-.*)$)/i,
    'cannot be set: it says how the request is sent',
  ),
);

const headerValue = v.pipe(
  v.string(),
  v.maxLength(4096),
  v.regex(/^[\t\x20-\x7e]*$/, 'must be one line of plain ASCII'),
);

/** The schema of one health check on the wire. */
export const healthCheckSchema = v.variant(
  'type',
  [
    v.strictObject({
      type: v.literal('http'),
      port,
      path: v.optional(path),
      headers: v.optional(v.record(headerName, headerValue)),
      ...terms,
    }),
    v.strictObject({ type: v.literal('tcp'), port, ...terms }),
    v.strictObject({
      type: v.literal('command'),
      command: v.pipe(
        v.array(v.pipe(v.string(), v.maxLength(4096), v.regex(/^[^\0]*$/, 'must not contain NUL'))),
        v.minLength(1, 'must not be empty'),
        v.maxLength(100),
      ),
      ...terms,
    }),
  ],
  'must be http, tcp or command',
);

/** One health check as a client may send it. */
export type HealthCheckDraft = v.InferOutput<typeof healthCheckSchema>;

/** The maximum number of checks of one deployment. */
export const mostHealthChecks = 10;

const second = 1_000;
const hour = 3_600_000;
const usualTimeoutMs = 5 * second;
const longestTimeoutMs = 300_000;

/** Converts a draft to a check, with defaults for what is not set; reports invalid times through `say`. */
export function parseHealthCheck(draft: HealthCheckDraft, say: Say): HealthCheck {
  const time = (
    field: 'interval' | 'timeout' | 'start_period',
    otherwise: number,
    { leastMs, mostMs }: { readonly leastMs: number; readonly mostMs: number },
  ): number => {
    const given = draft[field];
    if (given === undefined) return otherwise;
    const ms = parseDuration(given);
    if (ms !== null && ms >= leastMs && ms <= mostMs) return ms;
    const range = `${formatDuration(leastMs)} to ${formatDuration(mostMs)}`;
    say(`/${field}`, `must be a duration from ${range} such as "5s", or a number of seconds`);
    return otherwise;
  };
  const intervalMs = time('interval', 10 * second, { leastMs: second, mostMs: hour });
  const timeoutMs = time('timeout', Math.min(usualTimeoutMs, intervalMs), {
    leastMs: 100,
    mostMs: longestTimeoutMs,
  });
  if (timeoutMs > intervalMs) {
    say(
      '/timeout',
      `is longer than the interval of ${formatDuration(intervalMs)}: an answer must come before`,
    );
  }
  const common = {
    intervalMs,
    timeoutMs,
    startPeriodMs: time('start_period', 0, { leastMs: 0, mostMs: hour }),
    threshold: draft.threshold ?? 3,
    successThreshold: draft.success_threshold ?? 1,
    onFailure: draft.on_failure ?? 'restart',
    readiness: draft.readiness ?? false,
  };
  if (draft.type === 'tcp') return { type: 'tcp', port: draft.port, ...common };
  if (draft.type === 'command') return { type: 'command', command: draft.command, ...common };
  const { port, path: asked = '/', headers = {} } = draft;
  return { type: 'http', port, path: asked, headers: sorted(headers), ...common };
}

/** Converts a check back to the draft that produces it, with every field set; PATCH merges into it, and it is shown. */
export function healthCheckDraft(check: HealthCheck): HealthCheckView {
  const common = {
    interval: formatDuration(check.intervalMs),
    timeout: formatDuration(check.timeoutMs),
    start_period: formatDuration(check.startPeriodMs),
    threshold: check.threshold,
    success_threshold: check.successThreshold,
    on_failure: check.onFailure,
    readiness: check.readiness,
  };
  if (check.type === 'tcp') return { type: 'tcp', port: check.port, ...common };
  if (check.type === 'command') return { type: 'command', command: [...check.command], ...common };
  return { type: 'http', port: check.port, path: check.path, headers: { ...check.headers }, ...common };
}

/** Sorts headers by name, so that equal headers have equal texts. */
const sorted = (headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(headers).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
