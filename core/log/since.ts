/** Parses the instant from which logs are requested. */
import { parseDuration } from '../deployment/spec/quantity.ts';
import { invalidRequest } from '../errors.ts';

/**
 * Returns ms since 1970 for an RFC 3339 time, a duration before now (`10m`) or unix seconds; INVALID_REQUEST for
 * anything else.
 */
export const sinceMs = (text: string, now: number): number => {
  const ago = parseDuration(text);
  if (ago !== null) return now - ago;
  if (/^\d{1,11}(\.\d{1,9})?$/.test(text)) return Math.floor(Number(text) * 1000);
  const date = /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)$/.test(text)
    ? Date.parse(text)
    : Number.NaN;
  if (!Number.isNaN(date)) return date;
  const message = 'must be an RFC 3339 time, a duration such as 10m, or unix seconds';
  const violations = [{ pointer: '?since', message }];
  throw invalidRequest(violations);
};
