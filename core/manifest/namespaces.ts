/** The namespaces of a manifest: created when they do not exist, and reported when they change. */
import type { NamespaceRecord, Namespaces } from '../namespace/namespace.ts';
import type { Stores } from '../ports.ts';
import type { Change, ChangeKind } from './change.ts';
import type { Entries } from './entries.ts';
import type { Refusals } from './refusals.ts';

/** The named namespaces before the change. */
export interface NamespacesBefore {
  readonly byName: ReadonlyMap<string, NamespaceRecord | null>;
  /** The explicitly declared namespaces, which are reported even when they do not change. */
  readonly declared: ReadonlySet<string>;
}

/** Inside a transaction, first of all: reads the namespaces, and creates the explicitly declared ones. */
export async function readNamespaces(
  { namespaces, configs, secrets, deployments, within }: Entries,
  stores: Pick<Stores, 'namespaces'>,
  { at, refusals }: { readonly at: string; readonly refusals: Refusals },
): Promise<NamespacesBefore> {
  const byName = new Map<string, NamespaceRecord | null>();
  for (const name of within) byName.set(name, await stores.namespaces.find(name));
  const filled = new Set([...configs, ...secrets, ...deployments].map(({ namespace }) => namespace));
  for (const { pointer, name } of namespaces) {
    const before = byName.get(name) ?? null;
    if (before === null) await stores.namespaces.insert(name, at);
    // A resource stored in a namespace that is being deleted keeps it; nothing else does.
    else if (before.deletedAt !== null && !filled.has(name))
      refusals.say(pointer, 'is being deleted: try again once it is gone');
  }
  return { byName, declared: new Set(namespaces.map(({ name }) => name)) };
}

/** Inside the transaction, at its end: returns the changes of the namespaces. */
export async function namespaceChanges(
  { byName, declared }: NamespacesBefore,
  namespaces: Pick<Namespaces, 'find'>,
): Promise<readonly Change[]> {
  const changes: Change[] = [];
  for (const [name, before] of byName) {
    const change = changeOf(before, await namespaces.find(name));
    if (change === 'none' && !declared.has(name)) continue;
    const reason = change === 'update' ? 'its deletion is cancelled' : null;
    changes.push({
      kind: 'namespace',
      id: name,
      namespace: name,
      change,
      fields: [],
      reason,
      revision: null,
      replaces: false,
      rolls_out: [],
      waits_for: null,
      actions: [],
    });
  }
  return changes;
}

function changeOf(before: NamespaceRecord | null, after: NamespaceRecord | null): ChangeKind {
  if (before === null) return after === null ? 'none' : 'create';
  return before.deletedAt !== null && after?.deletedAt === null ? 'update' : 'none';
}
