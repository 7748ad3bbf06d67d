/**
 * Lists in parts: `limit` and `cursor` in the query, the way to the next part in `Link`. A cursor holds the sort key of
 * the last item that was given, so what comes or goes meanwhile neither repeats nor hides another.
 */
import * as v from 'valibot';
import { RingError, summaryOf } from '../core/errors.ts';
import { cut, type Page } from '../core/page.ts';
import type { Headers } from './endpoint.ts';
import { locate } from './path.ts';

/** The most items of one part. */
const mostItems = 1000;

/** Of a part that is asked for by its cursor alone. */
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

/** What a cursor of ours looks like inside: its mark, then the sort key. */
const mark = 'after:';
const cursorText = /^YWZ0ZXI6(?:[\w-]{4})*(?:[\w-]{2,3})?$/;

/** `cursor` in a query: the sort key of the last item of the part before. */
export const cursor = v.optional(
  v.pipe(
    v.string(),
    v.maxLength(1024, 'must be a cursor that a reply gave'),
    v.regex(cursorText, 'must be a cursor that a reply gave'),
    v.transform((text) => keyOf(text)),
  ),
);

/** `limit` and `cursor` of a list that comes whole without them. */
export const pageQuery = { limit: v.optional(limit), cursor };

/** What a query says of parts. */
interface PageQuery {
  readonly limit?: number | undefined;
  readonly cursor?: string | undefined;
}

/** The part that a query asks for; null: the whole list, as it always was. */
export const pageOf = (query: PageQuery): Page | null =>
  query.limit === undefined && query.cursor === undefined
    ? null
    : { after: query.cursor ?? null, limit: query.limit ?? usualItems };

/** The whole list or the part that is asked for, and the headers that go with it. */
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

/** A sort key for whole numbers, in their order. */
export const numberKey = (number: number): string => String(number).padStart(16, '0');

/** The same from the highest down. */
export const fallingKey = (number: number): string => numberKey(Number.MAX_SAFE_INTEGER - number);

/** The number of a sort key of {@link numberKey}; INVALID_REQUEST for a cursor that was made of something else. */
export const numberOf = (key: string): number => {
  if (/^\d{16}$/.test(key)) return Number(key);
  const violations = [{ pointer: '?cursor', message: 'is of another list' }];
  throw new RingError('INVALID_REQUEST', summaryOf(violations), { violations });
};

/** `Link` to the part after this sort key, at the same path with the same other parameters; nothing after the last part. */
export const linkTo = (request: Request, next: string | null): Headers => {
  if (next === null) return {};
  const { path, search } = locate(request.url);
  const parameters = new URLSearchParams(search);
  parameters.set('cursor', cursorOf(next));
  return { link: `<${path}?${parameters}>; rel="next"` };
};

/** In base64url, so that nobody reads a meaning into it and it needs no escape. */
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
