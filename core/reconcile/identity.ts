/**
 * Derives the identity of an instance and the name of its container, so that a repeated create finds its own container.
 * Which instances are created is decided in plan.
 */
import type { Desired } from '../ports.ts';
import { runOfSlot } from '../run/run.ts';
import { attemptOf, type Identity } from '../runtime.ts';

/** The identity of the instance that fills a slot at the wanted revision; for a job's part, at one of its tries. */
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

/** The name of a container: always the same for the same slot, revision and try. */
export function containerName({ namespace, name, slot, revision, ...identity }: Identity): string {
  // A worker has no slots beyond those of a first run.
  const { run, index } = runOfSlot(slot);
  const attempt = attemptOf(identity);
  const later = `${run > 1 ? `_run${run}` : ''}${attempt > 1 ? `_try${attempt}` : ''}`;
  return `${namespace}_${name}_${index}_r${revision}${later}`;
}

/** The names that a deployment's instances answer to in their namespace's network. */
export const serviceAliases = ({
  namespace,
  name,
}: Pick<Identity, 'namespace' | 'name'>): readonly string[] => [name, `${name}.${namespace}`];
