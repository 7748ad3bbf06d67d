/**
 * Pagination of lists: `limit` and `cursor` in the query, the next page in `Link`. A cursor holds the sort key of the
 * last returned item, so that added or removed items neither repeat nor hide others.
 */
import * as v from 'valibot';
import { RingError, summaryOf } from '../core/errors.ts';
import { cut, type Page } from '../core/page.ts';
import type { Headers } from './endpoint.ts';
import { locate } from './path.ts';

/** The maximum number of items on a page. */
const mostItems = 1000;

/** The number of items on a page requested by cursor alone. */
const usualItems = 100;

const limitRule = `must be a whole number from 1 to ${mostItems}`;

const limit = v.pipe(
  v.string(),
  v.regex(/^\d{1,15}$/, limitRule),
  v.metadata({ wire: { type: 'integer', minimum: 1, maximum: mostItems } }),
  v.transform(Number),
  v.minValue(1, limitRule),
  v.maxValue(mostItems, limitRule),
);

/** The content of a cursor: this prefix, then the sort key. */
const mark = 'after:';
const cursorText = /^YWZ0ZXI6(?:[\w-]{4})*(?:[\w-]{2,3})?$/;

/** `cursor` in a query: the sort key of the last item of the previous page. */
export const cursor = v.optional(
  v.pipe(
    v.string(),
    v.maxLength(1024, 'must be a cursor returned by a reply'),
    v.regex(cursorText, 'must be a cursor returned by a reply'),
    v.transform((text) => keyOf(text)),
  ),
);

/** `limit` and `cursor` of a list that is complete without them. */
export const pageQuery = { limit: v.optional(limit), cursor };

/** The pagination parameters of a query. */
interface PageQuery {
  readonly limit?: number | undefined;
  readonly cursor?: string | undefined;
}

/** Returns the requested page; null for the whole list. */
export const pageOf = (query: PageQuery): Page | null =>
  query.limit === undefined && query.cursor === undefined
    ? null
    : { after: query.cursor ?? null, limit: query.limit ?? usualItems };

/** Returns the whole list or the requested page, with its headers. */
export const paged = <T>(
  all: readonly T[],
  keyOfItem: (item: T) => string,
  { request, query }: { readonly request: Request; readonly query: PageQuery },
): { readonly items: readonly T[]; readonly headers: Headers } => {
  const page = pageOf(query);
  if (!page) return { items: all, headers: {} };
  const { items, next } = cut(all, keyOfItem, page);
  return { items, headers: linkTo(request, next) };
};

/** A sort key for whole numbers, ascending. */
export const numberKey = (number: number): string => String(number).padStart(16, '0');

/** A sort key for whole numbers, descending. */
export const fallingKey = (number: number): string => numberKey(Number.MAX_SAFE_INTEGER - number);

/** Returns the number of a sort key of {@link numberKey}; INVALID_REQUEST for the cursor of another list. */
export const numberOf = (key: string): number => {
  if (/^\d{16}$/.test(key)) return Number(key);
  const violations = [{ pointer: '?cursor', message: 'is of another list' }];
  throw new RingError('INVALID_REQUEST', summaryOf(violations), { violations });
};

/**
 * Returns the `Link` header to the page after this sort key, with the same other parameters; none after the last page.
 */
export const linkTo = (request: Request, next: string | null): Headers => {
  if (next === null) return {};
  const { path, search } = locate(request.url);
  const parameters = new URLSearchParams(search);
  parameters.set('cursor', cursorOf(next));
  return { link: `<${path}?${parameters}>; rel="next"` };
};

/** In base64url, so that it is opaque and needs no escaping. */
const cursorOf = (key: string): string =>
  btoa(String.fromCharCode(...new TextEncoder().encode(mark + key)))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');

const keyOf = (text: string): string => {
  const bytes = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  const decoded = new TextDecoder().decode(Uint8Array.from(bytes, (one) => one.charCodeAt(0)));
  return decoded.slice(mark.length);
};
