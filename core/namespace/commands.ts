/** The commands that create, read and delete namespaces, the latter with or without their contents. */
import type { Caller } from '../access/user.ts';
import type { CommandPorts } from '../deployment/commands/create.ts';
import { markDeleted } from '../deployment/commands/remove.ts';
import { RingError } from '../errors.ts';
import type { Clock, Stores, Write } from '../ports.ts';
import { type Namespace, type NamespaceRecord, type Namespaces, toNamespace } from './namespace.ts';

/** Returns the namespace of this name; NAMESPACE_NOT_FOUND without one. */
export async function findNamespace(
  name: string,
  namespaces: Pick<Namespaces, 'find'>,
): Promise<NamespaceRecord> {
  const record = await namespaces.find(name);
  if (record) return record;
  throw new RingError('NAMESPACE_NOT_FOUND', 'Namespace not found');
}

/** Creates an empty namespace. NAMESPACE_EXISTS. */
export const createNamespace = (
  name: string,
  { write, clock }: { readonly write: Write; readonly clock: Pick<Clock, 'now'> },
): Promise<Namespace> =>
  write(async ({ namespaces }) => {
    await namespaces.insert(name, new Date(clock.now()).toISOString());
    return toNamespace(await findNamespace(name, namespaces));
  });

/**
 * Deletes an empty namespace (NAMESPACE_NOT_EMPTY, naming its contents, otherwise) or, with `cascade`, all its
 * contents, and the namespace with the last of them. Returns the namespace. NAMESPACE_NOT_FOUND.
 */
export async function deleteNamespace(
  { name, cascade }: { readonly name: string; readonly cascade: boolean },
  caller: Pick<Caller, 'username'>,
  { write, clock, wake }: Pick<CommandPorts, 'write' | 'clock' | 'wake'>,
): Promise<Namespace> {
  const at = new Date(clock.now()).toISOString();
  const { record, uids } = await write(async (stores) => {
    const found = await findNamespace(name, stores.namespaces);
    if (!cascade) await refuseContents(name, stores);
    const emptied = await empty(name, { caller, at }, stores);
    await stores.namespaces.delete(name, at);
    return { record: { ...found, deletedAt: at }, uids: emptied };
  });
  for (const uid of uids) wake(uid);
  return toNamespace(record);
}

const mostNamed = 10;

async function refuseContents(name: string, { deployments, configs, secrets }: Stores): Promise<void> {
  const inside = [
    ...(await deployments.declared(name)).map(({ record: { id, deletedAt } }) =>
      deletedAt === null ? `deployment ${id}` : `deployment ${id}, which is being deleted`,
    ),
    ...(await configs.list([name])).map(({ id }) => `config ${id}`),
    ...(await secrets.list([name])).map(({ id }) => `secret ${id}`),
  ];
  if (inside.length === 0) return;
  const more = inside.length > mostNamed ? ` and ${inside.length - mostNamed} more` : '';
  const what = `${inside.slice(0, mostNamed).join('; ')}${more}`;
  const way = 'delete that first, or all of it with ?cascade=true';
  throw new RingError('NAMESPACE_NOT_EMPTY', `Namespace ${name} is not empty: ${what}; ${way}`);
}

/** Deletes all contents of a namespace; the reconciler then removes the containers of its deployments. */
async function empty(
  name: string,
  by: { readonly caller: Pick<Caller, 'username'>; readonly at: string },
  stores: Stores,
): Promise<readonly string[]> {
  const uids: string[] = [];
  for (const { record } of await stores.deployments.declared(name)) {
    if (record.deletedAt !== null) continue;
    await markDeleted(record, by, stores);
    uids.push(record.uid);
  }
  for (const { id } of await stores.configs.list([name])) await stores.configs.delete(id);
  for (const { id } of await stores.secrets.list([name])) await stores.secrets.delete(id);
  return uids;
}
