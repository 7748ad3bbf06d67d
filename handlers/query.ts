/** Query strings: their known keys, and how their texts become numbers, lists and durations. */
import * as v from 'valibot';
import {
  longestSelector,
  parseSelector,
  selectorMessage,
  selectorText,
} from '../core/deployment/selector.ts';
import { formatDuration, parseDuration } from '../core/deployment/spec/quantity.ts';
import type { Violation } from '../core/errors.ts';
import { nearest } from '../core/nearest.ts';
import { validate } from '../core/validate.ts';
import type { QuerySchema } from './endpoint.ts';

/** A whole number within bounds, in decimal digits. */
export const integer = (bounds: {
  readonly min: number;
  readonly max: number;
  readonly otherwise: number;
}) => {
  const rule = `must be a whole number from ${bounds.min} to ${bounds.max}`;
  return v.optional(
    v.pipe(
      v.string(),
      v.regex(/^\d{1,15}$/, rule),
      v.metadata({ wire: { type: 'integer', minimum: bounds.min, maximum: bounds.max } }),
      v.transform(Number),
      v.minValue(bounds.min, rule),
      v.maxValue(bounds.max, rule),
    ),
    String(bounds.otherwise),
  );
};

/** A duration such as `30s` or `5m`, in ms. */
export const duration = ({ most, otherwise }: { readonly most: number; readonly otherwise: string }) => {
  const rule = `must be a duration such as 30s or 5m, at most ${formatDuration(most)}`;
  return v.optional(
    v.pipe(
      v.string(),
      v.transform((text) => parseDuration(text) ?? Number.POSITIVE_INFINITY),
      v.maxValue(most, rule),
    ),
    otherwise,
  );
};

/** A label selector, such as `app=web,tier!=db`. */
export const selector = () =>
  v.optional(
    v.pipe(
      v.string(),
      v.maxLength(longestSelector, selectorMessage),
      v.regex(selectorText, selectorMessage),
      v.transform(parseSelector),
    ),
  );

/** A key that ends in `[]` and may be given any number of times. */
export const list = <S extends v.GenericSchema<string, unknown>>(item: S) =>
  v.optional(v.pipe(v.array(item), v.maxLength(100, 'may be given at most 100 times')), []);

/** `true` or `false`; the default is false. */
export const flag = () =>
  v.optional(
    v.pipe(
      v.picklist(['true', 'false'], 'must be true or false'),
      v.metadata({ wire: { type: 'boolean' } }),
      v.transform((text) => text === 'true'),
    ),
    'false',
  );

/** The parsed query, or all its violations. */
export interface QueryRead {
  readonly output: unknown;
  readonly violations: readonly Violation[];
}

/** Parses a query string by its schema, or returns all violations; ignores keys that begin with `_`. */
export const readQuery = (schema: QuerySchema | undefined, search: string): QueryRead => {
  const violations: Violation[] = wellFormed(search)
    ? []
    : [{ pointer: '?', message: 'has a malformed escape' }];
  const { values, faults } = collect(search, Object.keys(schema?.entries ?? {}));
  violations.push(...faults);
  if (!schema) return { output: undefined, violations };
  const checked = validate(schema, values);
  const wrong =
    checked.violations?.map(({ pointer, message }) => ({ pointer: queryPointer(pointer), message })) ?? [];
  return { output: checked.output, violations: [...violations, ...wrong] };
};

const wellFormed = (search: string): boolean => {
  if (!search.includes('%')) return true;
  try {
    decodeURIComponent(search);
    return true;
  } catch {
    return false;
  }
};

const collect = (search: string, known: readonly string[]) => {
  const values: Record<string, string | string[]> = {};
  const faults: Violation[] = [];
  const given = new Map<string, string[]>();
  for (const [key, value] of new URLSearchParams(search)) {
    if (!key.startsWith('_')) given.set(key, [...(given.get(key) ?? []), value]);
  }
  for (const [key, texts] of given) {
    const fault = known.includes(key) ? repeated(key, texts) : unknownKey(key, known);
    if (fault !== null) faults.push({ pointer: `?${key}`, message: fault });
    else values[key] = key.endsWith('[]') ? texts : (texts[0] ?? '');
  }
  return { values, faults };
};

const repeated = (key: string, texts: readonly string[]): string | null =>
  texts.length > 1 && !key.endsWith('[]') ? 'may be given only once' : null;

const unknownKey = (key: string, known: readonly string[]): string => {
  if (known.length === 0) return 'is not known: there are no query parameters here';
  const near = nearest(key, known);
  return near ? `is not known: did you mean ${near}?` : `is not known: there are ${known.join(', ')}`;
};

const queryPointer = (pointer: string): string => `?${pointer.slice(1).replace(/\/\d+$/, '')}`;
