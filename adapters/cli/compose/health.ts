/**
 * Compose's `healthcheck` as a check of Ring's: a command that decides about readiness. Compose does not restart what
 * is unhealthy, so neither is asked for here.
 */
import { compact, makeFields, numberOf, type Say, textsOf } from './fields.ts';
import { durationMs, durationText } from './texts.ts';

const shortestMs = 1_000;
const longestMs = 3_600_000;

/** The check; undefined where there is none. */
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
  const time = (key: string, leastMs: number): number | undefined => {
    const given = fields.take(key);
    if (given === undefined) return undefined;
    const ms = durationMs(given);
    if (ms === null) say('healthcheck', `${key} ${JSON.stringify(given)} is left out: it is no duration yet`);
    return ms === null ? undefined : Math.min(longestMs, Math.max(leastMs, ms));
  };
  const interval = time('interval', shortestMs);
  const timeout = time('timeout', 100);
  const startPeriod = time('start_period', 0);
  if (fields.take('start_interval') !== undefined)
    say(
      'healthcheck',
      'start_interval is left out: before its start_period is over it is asked every second',
    );
  const retries = fields.take('retries');
  for (const key of fields.rest()) say('healthcheck', `${key} is left out`);
  // Compose lets an answer take longer than the interval; here the next one is not asked before.
  const paced = timeout === undefined ? interval : Math.max(interval ?? timeout, timeout);
  return compact({
    type: 'command',
    command,
    interval: paced === undefined ? undefined : durationText(paced),
    timeout: timeout === undefined ? undefined : durationText(timeout),
    start_period: startPeriod === undefined ? undefined : durationText(startPeriod),
    threshold: retries === 0 ? undefined : numberOf(retries),
    readiness: true,
    on_failure: 'none',
  });
}

/** The command's arguments; null for none at all, undefined for the image's own. */
function commandOf(test: unknown): readonly string[] | null | undefined {
  if (typeof test === 'string') return ['/bin/sh', '-c', test];
  const [kind, ...rest] = textsOf(test);
  if (kind === 'NONE') return null;
  if (kind === 'CMD-SHELL') return ['/bin/sh', '-c', rest.join(' ')];
  return kind === 'CMD' && rest.length > 0 ? rest : undefined;
}
