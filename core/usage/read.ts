/** Measures what the containers of one deployment use: one look at the engine, and one measurement of all that run. */
import { findDeployment } from '../deployment/read.ts';
import { selectInstances } from '../log/select.ts';
import type { Clock, Deployments } from '../ports.ts';
import type { Runtime } from '../runtime.ts';
import { type DeploymentUsage, isLiving, usageView } from './view.ts';

/** What measuring needs. */
export interface UsagePorts {
  readonly deployments: Deployments;
  readonly runtime: Pick<Runtime, 'observe' | 'usage'>;
  readonly clock: Clock;
}

/** What a deployment's running containers use. DEPLOYMENT_NOT_FOUND; RuntimeError where the engine does not answer. */
export const readUsage = async (id: string, ports: UsagePorts): Promise<DeploymentUsage> => {
  const record = await findDeployment(id, ports.deployments);
  const instances = (await selectInstances({ uid: record.uid }, ports.runtime)).filter(isLiving);
  const used = instances.length === 0 ? [] : await ports.runtime.usage(instances);
  const deployment = { id: record.id, namespace: record.namespace, isJob: record.kind === 'job' };
  return usageView({ deployment, at: ports.clock.now(), instances, used });
};
