/**
 * Reads fields that Compose files may express in several ways: lists or objects, texts or numbers. Unknown keys are
 * reported.
 */

/** Reports what could not be converted: its key within the service, and why or what to do. */
export type Say = (key: string, message: string) => void;

/** The members of an object; each can be taken once. */
export interface Fields {
  take(key: string): unknown;
  /** Returns the names of the keys that were not read, except extensions. */
  rest(): readonly string[];
}

/** Returns the fields of a value; none when it is not an object. */
export const makeFields = (value: unknown): Fields => {
  const left = new Map(Object.entries(recordOf(value)));
  return {
    take(key) {
      const found = left.get(key);
      left.delete(key);
      return found ?? undefined;
    },
    rest: () => [...left.keys()].filter((key) => !key.startsWith('x-')),
  };
};

/** Returns the value when it is an object, otherwise an empty one. */
export const recordOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value))
    : {};

/** Returns the value as a list: a single value becomes a list of one, a missing one an empty list. */
export const listOf = (value: unknown): readonly unknown[] =>
  Array.isArray(value) ? value : value === undefined || value === null ? [] : [value];

/** Converts a text, number or boolean to text; undefined for anything else. */
export const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? String(value)
    : undefined;

/** Returns the texts of a list. */
export const textsOf = (value: unknown): readonly string[] =>
  listOf(value).flatMap((one) => textOf(one) ?? []);

/** Returns names and values from an object or from a list of `name=value`; null for a name without a value. */
export const pairsOf = (value: unknown): readonly (readonly [string, string | null])[] =>
  Array.isArray(value)
    ? textsOf(value).map((text) => {
        const between = text.indexOf('=');
        return between < 0 ? [text, null] : [text.slice(0, between), text.slice(between + 1)];
      })
    : Object.entries(recordOf(value)).map(([key, one]) => [key, textOf(one) ?? null]);

/** Returns a number, or a text in which a variable represents one; undefined for anything else. */
export const numberOf = (value: unknown): number | string | undefined => {
  if (typeof value === 'number') return value;
  if (typeof value !== 'string') return undefined;
  return /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : value.includes('${') ? value : undefined;
};

/** Returns the object without undefined and empty members. */
export const compact = (value: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> =>
  Object.fromEntries(Object.entries(value).filter(([, one]) => !isEmpty(one)));

const isEmpty = (value: unknown): boolean =>
  value === undefined ||
  (Array.isArray(value) && value.length === 0) ||
  (typeof value === 'object' && value !== null && Object.keys(value).length === 0);
