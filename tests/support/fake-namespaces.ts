/** The store's namespaces in memory, and the two points at which they are created and removed automatically. */
import { RingError } from '../../core/errors.ts';
import type { NamespaceRecord, Namespaces } from '../../core/namespace/namespace.ts';
import type { FakeData } from './fake-data.ts';

/** Namespaces on fake data; `open` refuses where nothing may be written. */
export const makeFakeNamespaces = (source: {
  readonly read: () => Promise<FakeData>;
  readonly open: () => Promise<FakeData>;
}): Namespaces => ({
  async find(name) {
    return recordOf(await source.read(), name);
  },
  async list() {
    const data = await source.read();
    return [...data.namespaces.keys()].sort().flatMap((name) => recordOf(data, name) ?? []);
  },
  async insert(name, at) {
    const { namespaces } = await source.open();
    if (namespaces.has(name)) throw new RingError('NAMESPACE_EXISTS', 'A namespace of this name exists');
    namespaces.set(name, { createdAt: at, deletedAt: null });
  },
  async delete(name, at) {
    const data = await source.open();
    const known = data.namespaces.get(name);
    if (known) data.namespaces.set(name, { ...known, deletedAt: at });
    sweepFakeNamespaces(data);
  },
});

const inside = (all: Iterable<{ readonly namespace: string }>, name: string): number =>
  [...all].filter(({ namespace }) => namespace === name).length;

function recordOf(data: FakeData, name: string): NamespaceRecord | null {
  const known = data.namespaces.get(name);
  if (!known) return null;
  return {
    name,
    ...known,
    deployments: inside(data.deployments.values(), name),
    configs: inside(data.configs.values(), name),
    secrets: inside(data.secrets.values(), name),
  };
}

/** Makes sure of the namespace that something is put in. */
export function ensureFakeNamespace({ namespaces }: FakeData, name: string, createdAt: string): void {
  namespaces.set(name, { createdAt, ...namespaces.get(name), deletedAt: null });
}

/** Removes those that are deleted and that no deployment is in any more. */
export function sweepFakeNamespaces({ namespaces, deployments }: FakeData): void {
  for (const [name, { deletedAt }] of namespaces) {
    if (deletedAt !== null && inside(deployments.values(), name) === 0) namespaces.delete(name);
  }
}
