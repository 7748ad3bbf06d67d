/**
 * The deployments as they will stand when all that is declared together is: so that what clashes only on the way there
 * is not refused, and what clashes in the end is, whichever comes first.
 */
import type { DeploymentRecord } from '../deployment/record.ts';
import type { Declaration } from '../deployment/spec.ts';
import type { Declared, Deployments, Stores } from '../ports.ts';

/** The same stores, whose declared deployments are those of the end. Reads them once, when they are first asked for. */
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

/** What is declared of one; where it is not stored yet, under the name that it is sent by. */
const declaredBy = (
  { name, namespace, runtime, replicas, spec }: Declaration,
  stored?: DeploymentRecord,
): Declared => {
  const { kind, image } = spec;
  const fresh = { uid: '', id: name, namespace, name, runtime, kind, image, replicas };
  const untold = { revision: 0, generation: 0, paused: false, resumes: 0, createdAt: '', updatedAt: '' };
  return { record: { ...fresh, ...untold, ...stored, deletedAt: null }, spec };
};
