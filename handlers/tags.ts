/**
 * Finds the tag of each resource that can be changed, in the same way as its command finds the resource. core/tag.ts
 * makes tags, core/precondition.ts checks them.
 */
import type { UserRecord } from '../core/access/user.ts';
import { addressed } from '../core/addressed.ts';
import { Json } from '../core/json.ts';
import { defaultNamespace } from '../core/name.ts';
import type { Cache } from '../core/ports.ts';
import { deploymentTag, userTag, versionTag } from '../core/tag.ts';
import type { Headers, TagOf, Target } from './endpoint.ts';

interface Named {
  readonly name: string;
  readonly namespace: string;
}

interface NamedStore<T extends Named> {
  find(idOrQualified: string): Promise<T | null>;
  findByName(namespace: string, name: string): Promise<T | null>;
}

const named = <T extends Named>({ method, id, given }: Target, store: NamedStore<T>): Promise<T | null> => {
  if (id === null) return store.findByName(given.namespace ?? defaultNamespace, given.name ?? '');
  return method === 'PUT' ? addressed({ id, given }, store) : store.find(id);
};

const ofDeployment: TagOf = async (target, { deployments }) => {
  const record = await named(target, deployments);
  return record && deploymentTag(record);
};

const ofConfig: TagOf = async (target, { configs }) => {
  const record = await named(target, configs);
  return record && versionTag(record);
};

const ofSecret: TagOf = async (target, { secrets }) => {
  const record = await named(target, secrets);
  return record && versionTag(record);
};

const ofUser: TagOf = async ({ id, given }, { users }) => {
  const user: UserRecord | null =
    id === null ? await users.findByName(given.username ?? '') : await users.find(id);
  return user && userTag(user);
};

/** The functions that return the tags of resources, by kind. */
export const tags = { ofDeployment, ofConfig, ofSecret, ofUser };

/**
 * Returns the header with the tag of a resource, read before the resource so that it is never newer. Empty for a
 * missing resource.
 */
export const etagHeader = async (
  cache: Cache,
  key: string,
  read: () => Promise<string | null>,
): Promise<Headers> => {
  const tag = await cache.value(`etag/${key}`, read);
  return tag === null ? {} : { etag: tag };
};

const untagged: Headers = {};

/** How one resource is read: its tag, and its view. */
interface Reading<T> {
  readonly tag: () => Promise<string | null>;
  readonly body: () => Promise<T>;
}

/** Returns the text of a resource and the header with its tag, from one cache entry. */
export const readTagged = async <T>(
  cache: Cache,
  key: string,
  { tag, body }: Reading<T>,
): Promise<{ readonly text: Json<T>; readonly headers: Headers }> => {
  const text = await cache.json<T>(key, async () => {
    const known = await tag();
    return new Json<T>(JSON.stringify(await body()), known);
  });
  return { text, headers: text.tag === null ? untagged : { etag: text.tag } };
};
