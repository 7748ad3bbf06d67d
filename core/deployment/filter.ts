/** Which deployments a list is to have. */
import type { Selector } from './selector.ts';
import type { Status } from './status.ts';

/** Which deployments to list; empty arrays filter nothing. */
export interface DeploymentFilter {
  readonly namespaces: readonly string[];
  readonly statuses: readonly Status[];
  /** By the labels that are declared now. */
  readonly selector?: Selector | undefined;
}
