/**
 * What a PUT means whose URL names a thing and whose body may name it too: an existing one, or the name of the one to
 * be created. What becomes of it is the command's.
 */
import * as v from 'valibot';
import { invalidRequest, type Violation } from './errors.ts';
import { defaultNamespace, dnsLabel } from './name.ts';

/** A URL's id, and what a body says of its name. */
export interface Address {
  readonly id: string;
  readonly given: { readonly name?: string | undefined; readonly namespace?: string | undefined };
}

interface Name {
  readonly name: string;
  readonly namespace: string;
}

/** Where things with names are found. */
interface Named<T extends Name> {
  find(idOrQualified: string): Promise<T | null>;
  findByName(namespace: string, name: string): Promise<T | null>;
}

/** The existing one that URL and body mean together. INVALID_REQUEST where the body names another. */
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

/** The name of the one that is to be created. INVALID_REQUEST where it cannot be one. */
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

/** An id is a name, or `<name>.<namespace>`: the namespace is what follows the first dot. */
function parts(id: string): { readonly name: string; readonly qualifier: string | undefined } {
  const dot = id.indexOf('.');
  return dot < 0
    ? { name: id, qualifier: undefined }
    : { name: id.slice(0, dot), qualifier: id.slice(dot + 1) };
}
