/** Who an instance is and what its container is called. Both are derived, so that a repeated create meets itself. */
import type { Desired } from '../ports.ts';
import { runOfSlot } from '../run/run.ts';
import { attemptOf, type Identity } from '../runtime.ts';

/** The identity of the instance that fills a slot at the current revision; of a job's part at one of its tries. */
export function identityOf(
  { record, revision }: Pick<Desired, 'record' | 'revision'>,
  slot: number,
  attempt = 1,
): Identity {
  return {
    uid: record.uid,
    deploymentId: record.id,
    namespace: record.namespace,
    name: record.name,
    revision: revision.number,
    slot,
    specHash: revision.specHash,
    ...(attempt > 1 ? { attempt } : {}),
  };
}

/** The container's name: the same for the same slot, revision and try, whoever asks and however often. */
export function containerName({ namespace, name, slot, revision, ...identity }: Identity): string {
  // A worker has no slots beyond those of a first run.
  const { run, index } = runOfSlot(slot);
  const attempt = attemptOf(identity);
  const later = `${run > 1 ? `_run${run}` : ''}${attempt > 1 ? `_try${attempt}` : ''}`;
  return `${namespace}_${name}_${index}_r${revision}${later}`;
}

/** The names a deployment's instances answer to in their namespace's network. */
export const serviceAliases = ({
  namespace,
  name,
}: Pick<Identity, 'namespace' | 'name'>): readonly string[] => [name, `${name}.${namespace}`];
