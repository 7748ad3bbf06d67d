/**
 * Which tag each thing has that can be changed, found as its command finds it. What a tag is made of is decided in
 * core/tag.ts, what is asked of it in core/precondition.ts.
 */
import type { UserRecord } from '../core/access/user.ts';
import { addressed } from '../core/addressed.ts';
import { defaultNamespace } from '../core/name.ts';
import { type Cache, Json } from '../core/ports.ts';
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

/** The tags of what can be changed, by what it is. */
export const tags = { ofDeployment, ofConfig, ofSecret, ofUser };

/**
 * The header with the tag of what is about to be read: asked for before, so that it is never newer than what is read.
 * Nothing for what is not there.
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

/** How one thing is read: its tag, and what is shown of it. */
interface Reading<T> {
  readonly tag: () => Promise<string | null>;
  readonly body: () => Promise<T>;
}

/** The text of what is read and the header with its tag, by one look at the cache. */
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
