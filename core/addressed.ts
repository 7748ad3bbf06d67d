/**
 * Resolves the target of a PUT whose URL names a resource and whose body may name it too: either an existing resource,
 * or the name of one to create. The calling command decides what to do with it.
 */
import * as v from 'valibot';
import { invalidRequest, type Violation } from './errors.ts';
import { defaultNamespace, dnsLabel } from './name.ts';

/** The id from the URL, and the name and namespace from the body. */
export interface Address {
  readonly id: string;
  readonly given: { readonly name?: string | undefined; readonly namespace?: string | undefined };
}

interface Name {
  readonly name: string;
  readonly namespace: string;
}

/** A store that finds named resources. */
interface Named<T extends Name> {
  find(idOrQualified: string): Promise<T | null>;
  findByName(namespace: string, name: string): Promise<T | null>;
}

/**
 * Finds the existing resource that both URL and body name; null without one. INVALID_REQUEST when the body names
 * another.
 */
export async function addressed<T extends Name>({ id, given }: Address, store: Named<T>): Promise<T | null> {
  const { name, qualifier } = parts(id);
  const found =
    qualifier === undefined && given.namespace !== undefined
      ? await store.findByName(given.namespace, name)
      : await store.find(id);
  const meant = { name: found?.name ?? name, namespace: found?.namespace ?? qualifier };
  const violations = (['name', 'namespace'] as const).flatMap((field): Violation[] => {
    const same = given[field] === undefined || meant[field] === undefined || given[field] === meant[field];
    const message = `must be ${meant[field]}, as the URL says, or left out`;
    return same ? [] : [{ pointer: `/${field}`, message }];
  });
  if (violations.length === 0) return found;
  throw invalidRequest(violations);
}

/** Returns the name of the resource to create. INVALID_REQUEST when it is not a valid name. */
export function addressedName({ id, given }: Address): Name {
  const { name, qualifier } = parts(id);
  const namespace = qualifier ?? given.namespace ?? defaultNamespace;
  const violations = [name, namespace].flatMap((label): Violation[] => {
    const message = `${label} (from the URL) ${v.safeParse(dnsLabel, label).issues?.[0].message}`;
    return v.is(dnsLabel, label) ? [] : [{ pointer: '/name', message }];
  });
  if (violations.length === 0) return { name, namespace };
  throw invalidRequest(violations);
}

/** Splits an id: `<name>`, or `<name>.<namespace>`, where the namespace follows the first dot. */
function parts(id: string): { readonly name: string; readonly qualifier: string | undefined } {
  const dot = id.indexOf('.');
  return dot < 0
    ? { name: id, qualifier: undefined }
    : { name: id.slice(0, dot), qualifier: id.slice(dot + 1) };
}
