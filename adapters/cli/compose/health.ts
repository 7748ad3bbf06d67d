/**
 * Converts Compose's `healthcheck` to a health check of Ring: a command that determines readiness. Compose does not
 * restart unhealthy containers, so the check does not either.
 */
import { compact, makeFields, numberOf, type Say, textsOf } from './fields.ts';
import { durationMs, durationText } from './texts.ts';

const shortestMs = 1_000;
const longestMs = 3_600_000;
const longestTimeoutMs = 300_000;
// Compose's defaults, in ms; both are longer than Ring's.
const composeIntervalMs = 30_000;
const composeTimeoutMs = 30_000;

/** Returns the check; undefined when there is none. */
export function healthOf(value: unknown, say: Say): Readonly<Record<string, unknown>> | undefined {
  const fields = makeFields(value);
  const test = fields.take('test');
  if (fields.take('disable') === true) return undefined;
  const command = commandOf(test);
  if (command === null) return undefined;
  if (command === undefined) {
    say('healthcheck', 'has no test: the one of an image is not known here, give it as health_checks');
    return undefined;
  }
  const time = (key: string, leastMs: number, mostMs = longestMs): number | undefined => {
    const given = fields.take(key);
    if (given === undefined) return undefined;
    const ms = durationMs(given);
    if (ms === null) {
      say(
        'healthcheck',
        `${key} ${JSON.stringify(given)} is left out: it is not a duration without a variable`,
      );
      return undefined;
    }
    const taken = Math.min(mostMs, Math.max(leastMs, ms));
    if (taken !== ms)
      say(
        'healthcheck',
        `${key} ${JSON.stringify(given)} becomes ${durationText(taken)}: Ring takes from ${durationText(leastMs)} to ${durationText(mostMs)}`,
      );
    return taken;
  };
  const pace = paceOf(
    { interval: time('interval', shortestMs), timeout: time('timeout', 100, longestTimeoutMs) },
    say,
  );
  const startPeriod = time('start_period', 0);
  if (fields.take('start_interval') !== undefined)
    say(
      'healthcheck',
      'start_interval is left out: before its start_period is over it is asked every second',
    );
  const retries = fields.take('retries');
  for (const key of fields.rest()) say('healthcheck', `${key} is left out`);
  return compact({
    type: 'command',
    command,
    interval: durationText(pace.intervalMs),
    timeout: durationText(pace.timeoutMs),
    start_period: startPeriod === undefined ? undefined : durationText(startPeriod),
    threshold: retries === 0 ? undefined : numberOf(retries),
    readiness: true,
    on_failure: 'none',
  });
}

/**
 * Converts interval and timeout. In Compose a timeout may exceed the interval; in Ring a check must end before the next
 * one.
 */
function paceOf(
  { interval, timeout }: { readonly interval: number | undefined; readonly timeout: number | undefined },
  say: Say,
): { readonly intervalMs: number; readonly timeoutMs: number } {
  const intervalMs = interval ?? composeIntervalMs;
  const timeoutMs = timeout ?? composeTimeoutMs;
  if (timeoutMs <= intervalMs) return { intervalMs, timeoutMs };
  const why = 'in Ring an answer must come within the interval';
  if (timeout === undefined) {
    say('healthcheck', `timeout is ${durationText(intervalMs)} instead of Compose's default of 30s: ${why}`);
    return { intervalMs, timeoutMs: intervalMs };
  }
  say(
    'healthcheck',
    `interval ${durationText(intervalMs)} becomes ${durationText(timeoutMs)}, the timeout: ${why}`,
  );
  return { intervalMs: timeoutMs, timeoutMs };
}

/** Returns the command's arguments; null for a disabled check, undefined for the image's own. */
function commandOf(test: unknown): readonly string[] | null | undefined {
  if (typeof test === 'string') return ['/bin/sh', '-c', test];
  const [kind, ...rest] = textsOf(test);
  if (kind === 'NONE') return null;
  if (kind === 'CMD-SHELL') return ['/bin/sh', '-c', rest.join(' ')];
  return kind === 'CMD' && rest.length > 0 ? rest : undefined;
}
