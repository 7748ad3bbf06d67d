/** Counts declared and running deployments from the list of deployments, once for each change of it. */
import { type Status, statuses } from '../deployment/status.ts';
import type { DeploymentSummary } from '../deployment/view.ts';
import type { Cache, Deployments } from '../ports.ts';

/** Counts over all deployments. */
export interface Fleet {
  /** The number of deployments with each status, including statuses with 0. */
  readonly byStatus: Readonly<Record<Status, number>>;
  /** The declared replicas of workers, and how many of them are ready. */
  readonly wanted: number;
  readonly ready: number;
}

/** Counts the deployments of a list. */
export const fleetOf = (
  deployments: readonly Pick<DeploymentSummary, 'status' | 'kind' | 'replicas' | 'ready_replicas'>[],
): Fleet => {
  const byStatus = Object.fromEntries(statuses.map((status) => [status, 0])) as Record<Status, number>;
  for (const { status } of deployments) byStatus[status] += 1;
  const workers = deployments.filter(({ kind, status }) => kind === 'worker' && status !== 'deleted');
  return {
    byStatus,
    wanted: workers.reduce((sum, { replicas }) => sum + replicas, 0),
    ready: workers.reduce((sum, { ready_replicas }) => sum + ready_replicas, 0),
  };
};

/** The ports that counting needs. */
export interface FleetPorts {
  readonly deployments: Pick<Deployments, 'listText'>;
  readonly cache: Pick<Cache, 'value'>;
}

/** Counts the stored deployments; reads them once for each change. */
export const readFleet = ({ deployments, cache }: FleetPorts): Promise<Fleet> =>
  cache.value('fleet', async () => {
    const { text } = await deployments.listText({ namespaces: [], statuses: [] });
    const summaries: readonly DeploymentSummary[] = JSON.parse(text);
    return fleetOf(summaries);
  });
