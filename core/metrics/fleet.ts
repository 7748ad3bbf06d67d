/** What is declared and what of it is there, in numbers: read off the list of deployments, once for each change of it. */
import { type Status, statuses } from '../deployment/status.ts';
import type { DeploymentSummary } from '../deployment/view.ts';
import type { Cache, Deployments } from '../ports.ts';

/** All deployments, in numbers. */
export interface Fleet {
  /** How many have each status; those without any are there with 0. */
  readonly byStatus: Readonly<Record<Status, number>>;
  /** Replicas of workers that are declared, and those of them that are ready. */
  readonly wanted: number;
  readonly ready: number;
}

/** Counts them. */
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

/** What counting needs. */
export interface FleetPorts {
  readonly deployments: Pick<Deployments, 'listText'>;
  readonly cache: Pick<Cache, 'value'>;
}

/** Counts what is stored; as often as it is asked, it is read once for each change. */
export const readFleet = ({ deployments, cache }: FleetPorts): Promise<Fleet> =>
  cache.value('fleet', async () => {
    const { text } = await deployments.listText({ namespaces: [], statuses: [] });
    const summaries: readonly DeploymentSummary[] = JSON.parse(text);
    return fleetOf(summaries);
  });
