/**
 * Determines which fields a schema knows at a path within a value, from the schema's own structure. validate.ts decides
 * whether a value is valid.
 */
import type * as v from 'valibot';

/**
 * Returns the names of the fields that an object at this path may have; for a union, those of every matching option.
 */
export function fieldsAt(
  schema: v.GenericSchema,
  value: unknown,
  path: readonly PropertyKey[],
): readonly string[] {
  let here: readonly unknown[] = optionsOf(schema, value);
  let at = value;
  for (const key of path) {
    at = memberOf(at, key);
    const inner = at;
    here = here.flatMap((one) => optionsOf(within(one, key), inner));
  }
  return [...new Set(here.flatMap((one) => Object.keys(entriesOf(one) ?? {})))];
}

/**
 * Expands a schema into its alternatives: unwraps wrappers, and returns each option of a union that the value may
 * match.
 */
function optionsOf(schema: unknown, value: unknown): readonly unknown[] {
  const wrapped = memberOf(schema, 'wrapped');
  if (wrapped !== undefined) return optionsOf(wrapped, value);
  const options = memberOf(schema, 'options');
  if (!Array.isArray(options) || !alternatives.has(memberOf(schema, 'type'))) {
    return schema === undefined ? [] : [schema];
  }
  const meant = options.filter((option) => isMeant(option, memberOf(schema, 'key'), value));
  return (meant.length > 0 ? meant : options).flatMap((option) => optionsOf(option, value));
}

const alternatives: ReadonlySet<unknown> = new Set(['union', 'variant', 'intersect']);

/** Whether an option of a variant is the one that the value's discriminator selects. */
function isMeant(option: unknown, key: unknown, value: unknown): boolean {
  if (typeof key !== 'string') return true;
  const named = memberOf(entriesOf(option), key);
  return memberOf(named, 'type') === 'literal' && memberOf(named, 'literal') === memberOf(value, key);
}

const within = (schema: unknown, key: PropertyKey): unknown => {
  const entries = entriesOf(schema);
  if (entries !== undefined) return memberOf(entries, key);
  return memberOf(schema, 'type') === 'array' ? memberOf(schema, 'item') : memberOf(schema, 'value');
};

function entriesOf(schema: unknown): object | undefined {
  const entries = memberOf(schema, 'entries');
  return typeof entries === 'object' && entries !== null ? entries : undefined;
}

const memberOf = (holder: unknown, key: PropertyKey): unknown =>
  typeof holder === 'object' && holder !== null && Object.hasOwn(holder, key)
    ? Reflect.get(holder, key)
    : undefined;
