/** Which containers the logs of a deployment come from. */
import { RingError } from '../errors.ts';
import { runOfSlot } from '../run/run.ts';
import type { Instance, Runtime } from '../runtime.ts';

/** Whose logs: a deployment's or one run's, or only those of the containers that the selector means. */
export interface Selection {
  readonly uid: string;
  /** The number of a job's run; undefined is all there is. */
  readonly run?: number | undefined;
  /** The number of a replica or of a run's part, a container's name, or the beginning of its id; undefined is all. */
  readonly container?: string | undefined;
}

/** The containers of a selection, ended ones included, sorted by replica. They may be none. */
export const selectInstances = async (
  { uid, run, container }: Selection,
  runtime: Pick<Runtime, 'observe'>,
): Promise<readonly Instance[]> => {
  const own = (await runtime.observe()).filter(
    ({ identity }) => identity.uid === uid && (run === undefined || runOfSlot(identity.slot).run === run),
  );
  return own.filter((instance) => container === undefined || isMeant(instance, container)).sort(bySlot);
};

/** The same, but INSTANCE_NOT_FOUND where a selector means none. */
export const requireInstances = async (
  selection: Selection,
  runtime: Pick<Runtime, 'observe'>,
): Promise<readonly Instance[]> => {
  const found = await selectInstances(selection, runtime);
  if (found.length > 0 || selection.container === undefined) return found;
  throw new RingError('INSTANCE_NOT_FOUND', 'No container of this deployment has that id, name or number');
};

const isMeant = ({ id, containerName, identity }: Instance, container: string): boolean => {
  // A replica's number is never as high as a run's next one's slots.
  if (/^\d{1,4}$/.test(container)) return runOfSlot(identity.slot).index === Number(container);
  return containerName === container || id.startsWith(container);
};

/** The order of a deployment's containers: by replica, then by revision. */
export const bySlot = (one: Instance, other: Instance): number =>
  one.identity.slot - other.identity.slot ||
  one.identity.revision - other.identity.revision ||
  (one.id < other.id ? -1 : 1);
