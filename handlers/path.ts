/** Paths of requests: parsing, matching and validation. */
import { RingError } from '../core/errors.ts';

/** The path and the query string (without `?`) of a request's URL, as sent. */
export const locate = (url: string): { readonly path: string; readonly search: string } => {
  const host = url.indexOf('//');
  const start = host < 0 ? 0 : url.indexOf('/', host + 2);
  if (start < 0) return { path: '/', search: '' };
  const hash = url.indexOf('#', start);
  const end = hash < 0 ? url.length : hash;
  const query = url.indexOf('?', start);
  if (query < 0 || query > end) return { path: url.slice(start, end), search: '' };
  return { path: url.slice(start, query), search: url.slice(query + 1, end) };
};

/** Rejects a path with a malformed escape with INVALID_REQUEST. */
export const refuseMalformed = (path: string): void => {
  if (!path.includes('%')) return;
  try {
    decodeURIComponent(path);
  } catch {
    throw new RingError('INVALID_REQUEST', 'The path has a malformed escape');
  }
};

/**
 * Returns the parameters of a path that matches a pattern such as `/deployments/:id`, still escaped; null without a
 * match.
 */
export const matchPath = (pattern: string, path: string): Readonly<Record<string, string>> | null => {
  const wanted = segmentsOf(pattern);
  const given = segmentsOf(path);
  if (wanted.length !== given.length) return null;
  const pairs = wanted.map((segment, index) => [segment, given[index] ?? ''] as const);
  if (pairs.some(([segment, value]) => (segment.startsWith(':') ? value === '' : segment !== value)))
    return null;
  const named = pairs.filter(([segment]) => segment.startsWith(':'));
  return Object.fromEntries(named.map(([segment, value]) => [segment.slice(1), value]));
};

const segmentsOf = (path: string): readonly string[] => path.replace(/\/+$/, '').split('/');

/** Normalizes a base path to `/a/b`, or to the empty text for none; INVALID_REQUEST for one with pattern characters. */
export const normalBase = (basePath = ''): string => {
  const base = basePath.replace(/\/+$/, '');
  if (base === '' || /^(\/[\w.~-]+)+$/.test(base)) return base;
  throw new RingError('INVALID_REQUEST', `basePath ${basePath} must look like /ring`);
};
