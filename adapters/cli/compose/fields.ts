/** Reads what Compose files say in several ways: lists or objects, texts or numbers. Unknown keys are reported. */

/** Notes what could not be carried over: where (the key within its service), and why or what to do. */
export type Say = (key: string, message: string) => void;

/** The members of an object, each taken once. */
export interface Fields {
  take(key: string): unknown;
  /** The names of keys that were not read, except extensions. */
  rest(): readonly string[];
}

/** The fields of a value; none where it is no object. */
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

/** The value as an object; an empty one where it is none. */
export const recordOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value))
    : {};

/** The value as a list: one thing is a list of one, nothing an empty one. */
export const listOf = (value: unknown): readonly unknown[] =>
  Array.isArray(value) ? value : value === undefined || value === null ? [] : [value];

/** A text, a number or a truth as text; undefined for anything else. */
export const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? String(value)
    : undefined;

/** The texts of a list. */
export const textsOf = (value: unknown): readonly string[] =>
  listOf(value).flatMap((one) => textOf(one) ?? []);

/** Names and values, of an object or of a list of `name=value`; null for a name without a value. */
export const pairsOf = (value: unknown): readonly (readonly [string, string | null])[] =>
  Array.isArray(value)
    ? textsOf(value).map((text) => {
        const between = text.indexOf('=');
        return between < 0 ? [text, null] : [text.slice(0, between), text.slice(between + 1)];
      })
    : Object.entries(recordOf(value)).map(([key, one]) => [key, textOf(one) ?? null]);

/** A number, or a text that a variable will make one; undefined for anything else. */
export const numberOf = (value: unknown): number | string | undefined => {
  if (typeof value === 'number') return value;
  if (typeof value !== 'string') return undefined;
  return /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : value.includes('${') ? value : undefined;
};

/** The object without what is undefined or empty. */
export const compact = (value: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> =>
  Object.fromEntries(Object.entries(value).filter(([, one]) => !isEmpty(one)));

const isEmpty = (value: unknown): boolean =>
  value === undefined ||
  (Array.isArray(value) && value.length === 0) ||
  (typeof value === 'object' && value !== null && Object.keys(value).length === 0);
