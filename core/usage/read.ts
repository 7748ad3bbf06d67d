/** Measures the resource usage of the containers of one or many deployments. */
import { findDeployment } from '../deployment/read.ts';
import type { DeploymentRecord } from '../deployment/record.ts';
import { bySlot, selectInstances } from '../log/select.ts';
import type { Clock, Deployments } from '../ports.ts';
import type { Runtime } from '../runtime.ts';
import type { InstanceUsage } from './usage.ts';
import { type DeploymentUsage, isLiving, type LivingInstance, usageView } from './view.ts';

/** The ports that measuring needs. */
export interface UsagePorts {
  readonly deployments: Deployments;
  readonly runtime: Pick<Runtime, 'observe' | 'usage'>;
  readonly clock: Clock;
}

/** Which deployments to measure. */
export interface UsageFilter {
  /** Ids or `<name>.<namespace>`; empty for all deployments with a running container. */
  readonly deployments: readonly string[];
  /** Empty for all namespaces. */
  readonly namespaces: readonly string[];
}

interface Measured {
  readonly record: DeploymentRecord;
  readonly instances: readonly LivingInstance[];
}

/**
 * Returns the usage of the running containers of deployments, sorted by the deployment's id, with one list call and one
 * measurement for all. DEPLOYMENT_NOT_FOUND for an unknown id in the filter; RuntimeError when the engine does not
 * answer.
 */
export const readUsages = async (
  filter: UsageFilter,
  ports: UsagePorts,
): Promise<readonly DeploymentUsage[]> => {
  return measure(await measuredOf(filter, ports), ports);
};

/** Returns the usage of one deployment. DEPLOYMENT_NOT_FOUND; RuntimeError when the engine does not answer. */
export const readUsage = async (id: string, ports: UsagePorts): Promise<DeploymentUsage> => {
  const record = await findDeployment(id, ports.deployments);
  const instances = (await selectInstances({ uid: record.uid }, ports.runtime)).filter(isLiving);
  const measured = { record, instances };
  return viewOf(measured, await usedBy(instances, ports), ports.clock.now());
};

async function measure(
  measured: readonly Measured[],
  ports: UsagePorts,
): Promise<readonly DeploymentUsage[]> {
  const used = await usedBy(
    measured.flatMap(({ instances }) => instances),
    ports,
  );
  const byId = new Map(used.map((one) => [one.id, one]));
  const at = ports.clock.now();
  return measured.map((one) =>
    viewOf(
      one,
      one.instances.flatMap(({ id }) => byId.get(id) ?? []),
      at,
    ),
  );
}

const usedBy = async (
  instances: readonly LivingInstance[],
  { runtime }: UsagePorts,
): Promise<readonly InstanceUsage[]> => (instances.length === 0 ? [] : runtime.usage(instances));

const viewOf = (
  { record: { id, namespace, kind }, instances }: Measured,
  used: readonly InstanceUsage[],
  at: number,
): DeploymentUsage =>
  usageView({ deployment: { id, namespace, isJob: kind === 'job' }, at, instances, used });

async function measuredOf(filter: UsageFilter, ports: UsagePorts): Promise<readonly Measured[]> {
  const isNamed = filter.deployments.length > 0;
  const records = await recordsOf(filter, ports);
  const living = (await ports.runtime.observe()).filter(isLiving).sort(bySlot);
  const byDeployment = new Map<string, LivingInstance[]>();
  for (const instance of living) {
    const { uid } = instance.identity;
    const own = byDeployment.get(uid);
    if (own) own.push(instance);
    else byDeployment.set(uid, [instance]);
  }
  return records
    .map((record) => ({ record, instances: byDeployment.get(record.uid) ?? [] }))
    .filter(({ instances }) => isNamed || instances.length > 0);
}

async function recordsOf(
  { deployments: ids, namespaces }: UsageFilter,
  { deployments }: UsagePorts,
): Promise<readonly DeploymentRecord[]> {
  const found =
    ids.length > 0
      ? await Promise.all(ids.map((id) => findDeployment(id, deployments)))
      : (await deployments.declared()).map(({ record }) => record);
  const byUid = new Map(found.map((record) => [record.uid, record]));
  return [...byUid.values()]
    .filter(({ namespace }) => namespaces.length === 0 || namespaces.includes(namespace))
    .sort((one, other) => (one.id < other.id ? -1 : 1));
}
