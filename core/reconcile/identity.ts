/** Who an instance is and what its container is called. Both are derived, so that a repeated create meets itself. */
import type { Desired } from '../ports.ts';
import type { Identity } from '../runtime.ts';

/** The identity of the instance that fills a slot at the current revision. */
export function identityOf(
  { record, revision }: Pick<Desired, 'record' | 'revision'>,
  slot: number,
): Identity {
  return {
    uid: record.uid,
    deploymentId: record.id,
    namespace: record.namespace,
    name: record.name,
    revision: revision.number,
    slot,
    specHash: revision.specHash,
  };
}

/** The container's name: the same for the same slot and revision, whoever asks and however often. */
export const containerName = ({ namespace, name, slot, revision }: Identity): string =>
  `${namespace}_${name}_${slot}_r${revision}`;

/** The names a deployment's instances answer to in their namespace's network. */
export const serviceAliases = ({
  namespace,
  name,
}: Pick<Identity, 'namespace' | 'name'>): readonly string[] => [name, `${name}.${namespace}`];
