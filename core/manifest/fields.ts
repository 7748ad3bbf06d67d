/**
 * Computes how two declarations of a deployment differ, field by field under the names of the API. Values that may be
 * secret are masked; only their pointers are shown.
 */

import type { DeploymentDraft } from '../deployment/spec/draft.ts';
import { draftOf, normalize } from '../deployment/spec/normalize.ts';
import type { Declaration } from '../deployment/spec/spec.ts';
import { below } from '../pointer.ts';
import type { FieldChange } from './change.ts';

const hidden = '***';

/** The field that the client uses for the environment. */
type EnvironmentName = 'secrets' | 'environment';

/** Returns the differences by pointer; for a new deployment, every field that differs from its default. */
export function fieldsOf(before: Declaration | null, after: Declaration): FieldChange[] {
  const environmentName = after.environmentName ?? 'secrets';
  const from = before === null ? bare(after) : draftOf(before);
  const differences = compare(
    '',
    membersOf(from, environmentName),
    membersOf(draftOf(after), environmentName),
  );
  return differences.map(({ pointer, ...values }) => ({
    pointer,
    before: before === null ? null : masked(pointer, values.before),
    after: masked(pointer, values.after),
  }));
}

/** Via JSON, so that undefined members do not exist; without the fields that identify the deployment. */
function membersOf(draft: Partial<DeploymentDraft>, environmentName: EnvironmentName): unknown {
  const { name: _name, namespace: _namespace, secrets, ...rest } = draft;
  return JSON.parse(JSON.stringify({ ...rest, [environmentName]: secrets }));
}

/** A minimal declaration; without the image, so that it is always listed. */
function bare({ name, namespace, spec: { kind } }: Declaration): Partial<DeploymentDraft> {
  const { image: _image, ...rest } = draftOf(normalize({ name, namespace, image: 'none', kind }));
  return rest;
}

function compare(pointer: string, before: unknown, after: unknown): FieldChange[] {
  if (isObject(before) && isObject(after)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
    return keys.flatMap((key) => compare(below(pointer, key), member(before, key), member(after, key)));
  }
  if (Array.isArray(before) && Array.isArray(after) && before.length === after.length) {
    return after.flatMap((item, index) => compare(`${pointer}/${index}`, before[index], item));
  }
  return JSON.stringify(before) === JSON.stringify(after)
    ? []
    : [{ pointer, before: before ?? null, after: after ?? null }];
}

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const member = (holder: object, key: string): unknown =>
  Object.hasOwn(holder, key) ? Reflect.get(holder, key) : undefined;

/** The fields with secret values: the environment, registry passwords and options of log drivers. */
const confided =
  /^\/(secrets|environment)\/[^/]*$|^\/registry_credentials\/password$|^\/logging\/options\/[^/]*$/;

function masked(pointer: string, value: unknown): unknown {
  if (value === null) return null;
  if (confided.test(pointer) && typeof value === 'string') return hidden;
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, masked(below(pointer, key), inner)]),
  );
}
