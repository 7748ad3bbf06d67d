/**
 * Removes what is no longer declared: containers that appeared after their deployment was purged, networks that nothing
 * refers to, and files that belong to no container. Containers of unknown origin are only counted; planned removals are
 * executed in execute.ts.
 */
import type { Desired } from '../../ports.ts';
import type { Instance } from '../../runtime.ts';
import { waitAfterFailure } from '../backoff.ts';
import { containerName as nameOf } from '../identity.ts';
import type { ReconcilerPorts } from '../needs.ts';
import { removeFiles } from './container-files.ts';
import type { WorkInFlight } from './work-in-flight.ts';

const graceMs = 10_000;

/** What a sweep takes into account. */
export interface SweepInput {
  readonly desired: readonly Desired[];
  readonly observed: ReadonlyMap<string, readonly Instance[]>;
  readonly workInFlight: WorkInFlight;
}

/**
 * Begins to remove containers of purged deployments (a create whose answer was lost may take effect after the delete),
 * and returns whether there were none. Containers of a deployment that the database never knew are left: the database
 * may have been restored from a backup.
 */
export async function sweepUnclaimed(
  { desired, observed, workInFlight }: SweepInput,
  { store, runtime, files, log }: Pick<ReconcilerPorts, 'store' | 'runtime' | 'files' | 'log'>,
): Promise<{ readonly unclaimed: number; readonly begun: number; readonly isClear: boolean }> {
  const declared = new Set(desired.map(({ record }) => record.uid));
  let unclaimed = 0;
  let begun = 0;
  let isClear = true;
  for (const [uid, instances] of observed) {
    if (declared.has(uid)) continue;
    if (!(await store.isTombstone(uid))) {
      unclaimed += instances.length;
      continue;
    }
    isClear = false;
    if ([...workInFlight.all()].some((work) => work.uid === uid)) continue;
    begun += instances.length;
    const slots = new Set(instances.map(({ identity }) => identity.slot));
    workInFlight.beginOther(uid, slots, async () => {
      const complaints: string[] = [];
      for (const instance of instances) {
        const attempt = removeUnclaimed(instance, { runtime, files, log });
        await attempt.catch((error: unknown) => void complaints.push(`${instance.containerName}: ${error}`));
      }
      // Rejects so that no tick is woken at once: the next tick finds what is left.
      if (complaints.length > 0) throw new Error(`Could not be removed: ${complaints.join('; ')}`);
    });
  }
  return { unclaimed, begun, isClear };
}

async function removeUnclaimed(
  { id, containerName }: Instance,
  { runtime, files, log }: Pick<ReconcilerPorts, 'runtime' | 'files' | 'log'>,
): Promise<void> {
  await runtime.stop(id, graceMs);
  await runtime.remove(id);
  await removeFiles(containerName, { files, log });
  log.info('Removed a container of a deployment that had been deleted', { container: containerName });
}

/**
 * Makes a sweep that removes the files of containers that were removed outside Ring, or were never created. Files are
 * matched by the name with which a container was created, even if it was renamed since. The same complaint is logged
 * once.
 */
export function makeFileSweep({
  files,
  log,
}: Pick<ReconcilerPorts, 'files' | 'log'>): (
  observed: ReadonlyMap<string, readonly Instance[]>,
) => Promise<void> {
  let logged = '';
  return async (observed) => {
    const instances = [...observed.values()].flat();
    const names = instances.flatMap((one) => [one.containerName, nameOf(one.identity)]);
    let complaint = '';
    try {
      await files.sweep(new Set(names));
    } catch (error) {
      complaint = String(error);
      if (complaint !== logged) {
        log.warn('Files of containers could not be cleared up; trying again later', { error });
      }
    }
    logged = complaint;
  };
}

/** Removes the networks of namespaces without deployments. */
export interface NetworkSweep {
  /** Has the next run look: a namespace may need its network no longer. */
  request(): void;
  /** Looks if that was requested or is due again. Never rejects: one failure does not stop the others. */
  run(desired: readonly Desired[]): Promise<void>;
}

/**
 * Makes a network sweep; its first run looks. A network that could not be removed is looked at again in the next run;
 * one that is still in use, after a wait that grows. The same complaint is logged once.
 */
export function makeNetworkSweep({
  runtime,
  clock,
  log,
}: Pick<ReconcilerPorts, 'runtime' | 'clock' | 'log'>): NetworkSweep {
  let logged = '';
  let dueAt = 0;
  let looks = 0;
  return {
    request() {
      dueAt = 0;
      looks = 0;
    },
    async run(desired) {
      if (clock.now() < dueAt) return;
      const needed = new Set(desired.map(({ record }) => record.namespace));
      const errors: unknown[] = [];
      let isClear = true;
      const attempt = (work: () => Promise<void>) =>
        work().catch((error: unknown) => void errors.push(error));
      await attempt(async () => {
        const unneeded = (await runtime.networks()).filter((namespace) => !needed.has(namespace));
        for (const namespace of unneeded) {
          await attempt(async () => {
            isClear = (await runtime.releaseNetwork(namespace)) && isClear;
          });
        }
      });
      const complaint = errors.map(String).join('; ');
      if (complaint !== '' && complaint !== logged) {
        log.warn('Networks could not be cleared up; trying again later', {
          error: errors[0],
          all: complaint,
        });
      }
      logged = complaint;
      if (errors.length > 0) return;
      looks += 1;
      dueAt = isClear ? Number.POSITIVE_INFINITY : clock.now() + waitAfterFailure(looks, 'networks');
    },
  };
}
