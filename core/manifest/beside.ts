/**
 * Presents the deployments as they will be once everything is declared, so that conflicts are judged by the end result
 * and not by the order of the entries.
 */
import type { DeploymentRecord } from '../deployment/record.ts';
import type { Declaration } from '../deployment/spec/spec.ts';
import type { Declared, Deployments, Stores } from '../ports.ts';

/**
 * Returns the same stores, except that the declared deployments are those of the end result. Reads them once, when
 * first needed.
 */
export function asInTheEnd(stores: Stores, declarations: readonly Declaration[]): Stores {
  const replaced = new Map(declarations.map((one) => [keyOf(one), one]));
  let known: Promise<readonly Declared[]> | null = null;
  const inTheEnd = async (): Promise<readonly Declared[]> => {
    const before = await stores.deployments.declared();
    const records = new Map(before.map(({ record }) => [keyOf(record), record]));
    const others = before.filter(({ record }) => !replaced.has(keyOf(record)));
    return [...others, ...declarations.map((one) => declaredBy(one, records.get(keyOf(one))))];
  };
  const declared: Deployments['declared'] = async (namespace) => {
    known ??= inTheEnd();
    const all = await known;
    return namespace === undefined ? all : all.filter(({ record }) => record.namespace === namespace);
  };
  return { ...stores, deployments: { ...stores.deployments, declared } };
}

const keyOf = ({ namespace, name }: Pick<Declaration, 'namespace' | 'name'>): string =>
  `${namespace}/${name}`;

/** Returns a declared deployment; one that is not stored yet under the name it was sent with. */
const declaredBy = (
  { name, namespace, runtime, replicas, spec }: Declaration,
  stored?: DeploymentRecord,
): Declared => {
  const { kind, image } = spec;
  const fresh = { uid: '', id: name, namespace, name, runtime, kind, image, replicas };
  const unstored = { revision: 0, generation: 0, paused: false, resumes: 0, createdAt: '', updatedAt: '' };
  return { record: { ...fresh, ...unstored, ...stored, deletedAt: null }, spec };
};
