/** Selects the containers whose logs are read. */
import { RingError } from '../errors.ts';
import { runOfSlot } from '../run/run.ts';
import type { Instance, Runtime } from '../runtime.ts';

/** Selects a deployment's or one run's containers, optionally limited to those that a text identifies. */
export interface Selection {
  readonly uid: string;
  /** The number of a job's run; undefined for all. */
  readonly run?: number | undefined;
  /** The number of a replica or of a run's part, a container's name, or a prefix of its id; undefined for all. */
  readonly container?: string | undefined;
}

/** Returns the containers of a selection, including stopped ones, sorted by replica; possibly none. */
export const selectInstances = async (
  { uid, run, container }: Selection,
  runtime: Pick<Runtime, 'observe'>,
): Promise<readonly Instance[]> => {
  const own = (await runtime.observe()).filter(
    ({ identity }) => identity.uid === uid && (run === undefined || runOfSlot(identity.slot).run === run),
  );
  return own.filter((instance) => container === undefined || isMeant(instance, container)).sort(bySlot);
};

/** Returns the same, but rejects with INSTANCE_NOT_FOUND when the container text matches none. */
export const requireInstances = async (
  selection: Selection,
  runtime: Pick<Runtime, 'observe'>,
): Promise<readonly Instance[]> => {
  const found = await selectInstances(selection, runtime);
  if (found.length > 0 || selection.container === undefined) return found;
  throw new RingError('INSTANCE_NOT_FOUND', 'No container of this deployment has that id, name or number');
};

const isMeant = ({ id, containerName, identity }: Instance, container: string): boolean => {
  // Replica numbers are always below the slots of a run.
  if (/^\d{1,4}$/.test(container)) return runOfSlot(identity.slot).index === Number(container);
  return containerName === container || id.startsWith(container);
};

/** Sorts a deployment's containers by replica, then by revision. */
export const bySlot = (one: Instance, other: Instance): number =>
  one.identity.slot - other.identity.slot ||
  one.identity.revision - other.identity.revision ||
  (one.id < other.id ? -1 : 1);
