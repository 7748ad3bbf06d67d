/**
 * Checks a value against a schema and reports every violation in plain language with a JSON pointer. Rules that span
 * fields are checked by the commands.
 */
import * as v from 'valibot';
import type { Violation } from './errors.ts';
import { fieldsAt } from './known-fields.ts';
import { nearest } from './nearest.ts';
import { below } from './pointer.ts';

type Issue = v.BaseIssue<unknown>;

/** The parsed value, or all violations. */
export type Validated<T> =
  | { readonly output: T; readonly violations?: undefined }
  | { readonly output?: undefined; readonly violations: readonly Violation[] };

/** Checks a value that was parsed from JSON. A rejected value may have lost its unknown fields afterwards. */
export function validate<T>(schema: v.GenericSchema<unknown, T>, value: unknown): Validated<T> {
  const violations: Violation[] = [];
  // The library stops at the first unknown field of an object: record it, remove it, and check the rest.
  for (let round = 0; round < 100; round += 1) {
    const result = v.safeParse(schema, value);
    if (result.success) {
      const lost = violations.length > 0 ? [] : whatWasLost(value, result.output, '');
      violations.push(...lost);
      return violations.length > 0 ? { violations } : { output: result.output };
    }
    const leaves = result.issues.flatMap((issue) => leavesOf(issue));
    const unknown = leaves.filter(({ issue }) => issue.expected === 'never');
    violations.push(
      ...unknown.map(({ path }) => ({
        pointer: pointerTo(path),
        message: unknownField(schema, value, path),
      })),
    );
    if (unknown.filter(({ path }) => remove(value, path)).length > 0) continue;
    violations.push(...leaves.filter(({ issue }) => issue.expected !== 'never').map(toViolation));
    return { violations };
  }
  return { violations };
}

/** The message for an unknown field, with a suggestion where one is close. */
function unknownField(schema: v.GenericSchema, value: unknown, path: readonly PropertyKey[]): string {
  const near = nearest(String(path.at(-1)), fieldsAt(schema, value, path.slice(0, -1)));
  return near ? `is not a known field: did you mean ${near}?` : 'is not a known field';
}

interface Leaf {
  readonly issue: Issue;
  readonly path: readonly PropertyKey[];
}

/** Flattens an issue; of a union, to the issues of the options that the value resembles. */
function leavesOf(issue: Issue, above: readonly PropertyKey[] = []): readonly Leaf[] {
  const path = [...above, ...(issue.path ?? []).map((item) => keyOf(item.key))];
  const within = (issue.issues ?? []).filter((one) => isMeant(one, issue.input));
  if (within.length === 0) return [{ issue, path }];
  const leaves = within.flatMap((one) => leavesOf(one, path));
  // A field that another option of the union knows is not unknown.
  const known = leaves.filter((leaf) => leaf.issue.expected !== 'never').map((leaf) => pointerTo(leaf.path));
  return leaves.filter((leaf) => leaf.issue.expected !== 'never' || !known.includes(pointerTo(leaf.path)));
}

/** Whether an issue belongs to an option that the value resembles; a list resembles no object. */
const isMeant = ({ path, kind }: Issue, value: unknown): boolean =>
  path === undefined ? kind === 'validation' : !Array.isArray(value) || path[0].type === 'array';

const keyOf = (key: unknown): PropertyKey => (typeof key === 'number' ? key : String(key));

/** The JSON pointer (RFC 6901) of a path. */
const pointerTo = (path: readonly PropertyKey[]): string =>
  path.reduce<string>((pointer, key) => below(pointer, String(key)), '');

const toViolation = ({ issue, path }: Leaf): Violation => ({
  pointer: pointerTo(path),
  message: messageOf(issue),
});

/** Removes the member at the end of a path; returns whether it existed. */
function remove(value: unknown, path: readonly PropertyKey[]): boolean {
  const holder = path.slice(0, -1).reduce<unknown>((at, key) => member(at, key), value);
  const last = path.at(-1);
  if (typeof holder !== 'object' || holder === null || last === undefined) return false;
  return Object.hasOwn(holder, last) && Reflect.deleteProperty(holder, last);
}

const member = (holder: unknown, key: PropertyKey): unknown =>
  typeof holder === 'object' && holder !== null && Object.hasOwn(holder, key)
    ? Reflect.get(holder, key)
    : undefined;

/** Reports what a schema drops silently: lists taken for objects, and names reserved by JavaScript. */
function whatWasLost(sent: unknown, kept: unknown, pointer: string): Violation[] {
  if (sent === kept || typeof sent !== 'object' || sent === null) return [];
  if (typeof kept !== 'object' || kept === null) return [];
  if (Array.isArray(sent) && !Array.isArray(kept))
    return [{ pointer, message: 'must be an object, not a list' }];
  return Object.keys(sent).flatMap((key) => {
    const at = pointer + pointerTo([key]);
    if (!Object.hasOwn(kept, key)) return [{ pointer: at, message: 'cannot be used as a name' }];
    return whatWasLost(member(sent, key), member(kept, key), at);
  });
}

const words: Readonly<Record<string, (issue: Issue) => string>> = {
  string: () => 'must be a string',
  number: () => 'must be a number',
  boolean: () => 'must be true or false',
  array: () => 'must be a list',
  object: () => 'must be an object',
  strict_object: () => 'must be an object',
  record: () => 'must be an object',
  integer: () => 'must be a whole number',
  picklist: ({ expected }) => `must be one of ${listed(expected)}`,
  literal: ({ expected }) => `must be ${expected}`,
  union: ({ expected }) => `must be ${kinds(expected)}`,
  min_length: ({ expected }) => `must have a length of ${expected} or more`.replace('>=', ''),
  max_length: ({ expected }) => `must have a length of ${expected} or less`.replace('<=', ''),
  min_value: ({ expected }) => `must be ${expected} or more`.replace('>=', ''),
  max_value: ({ expected }) => `must be ${expected} or less`.replace('<=', ''),
};

const listed = (expected: string | null): string =>
  (expected ?? '')
    .replace(/^\(|\)$/g, '')
    .replaceAll(' | ', ', ')
    .replaceAll('"', '');

const kinds = (expected: string | null): string =>
  listed(expected)
    .split(', ')
    .map((kind) => `${/^[aeiou]/i.test(kind) ? 'an' : 'a'} ${kind.toLowerCase()}`)
    .join(' or ');

/** Uses the schema's own message when it has one; the library's would repeat the value, which may be a secret. */
function messageOf(issue: Issue): string {
  if (!issue.message.startsWith('Invalid ')) return issue.message;
  if (issue.received === 'undefined') return 'is required';
  return words[issue.type]?.(issue) ?? 'is not valid';
}
