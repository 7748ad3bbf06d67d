/** Reads the instant from which logs are wanted. */
import { RingError } from '../errors.ts';

const units: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/**
 * ms since 1970 of an RFC 3339 time, of a duration before now (`10m`) or of unix seconds; INVALID_REQUEST for anything
 * else.
 */
export const sinceMs = (text: string, now: number): number => {
  const [, amount, unit] = /^(\d{1,9})(ms|s|m|h|d)$/.exec(text) ?? [];
  if (amount !== undefined && unit !== undefined) return now - Number(amount) * (units[unit] ?? 1);
  if (/^\d{1,11}(\.\d{1,9})?$/.test(text)) return Math.floor(Number(text) * 1000);
  const date = /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)$/.test(text)
    ? Date.parse(text)
    : Number.NaN;
  if (!Number.isNaN(date)) return date;
  throw new RingError('INVALID_REQUEST', 'since cannot be read', {
    violations: [
      { pointer: '?since', message: 'must be an RFC 3339 time, a duration such as 10m, or unix seconds' },
    ],
  });
};
