/** The filter of the list of deployments. */
import type { Selector } from './selector.ts';
import type { Status } from './status.ts';

/** A filter of deployments; empty arrays match everything. */
export interface DeploymentFilter {
  readonly namespaces: readonly string[];
  readonly statuses: readonly Status[];
  /** A selector on the labels that are declared now. */
  readonly selector?: Selector | undefined;
}
