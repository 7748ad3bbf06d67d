/** The API's form of the usage of a deployment's containers. */
import * as v from 'valibot';
import { runOfSlot } from '../run/run.ts';
import type { Instance } from '../runtime.ts';
import type { InstanceUsage } from './usage.ts';

const figures = {
  /** 100 is one fully used core. */
  cpu_percent: v.nullable(v.number()),
  /** Without page cache that the kernel can reclaim. */
  memory_bytes: v.nullable(v.number()),
  /** Since each container joined its network; null when it has none of its own. */
  network_rx_bytes: v.nullable(v.number()),
  network_tx_bytes: v.nullable(v.number()),
  /** Processes and threads. */
  pids: v.nullable(v.number()),
};

const instance = v.object({
  /** The engine's container id. */
  id: v.string(),
  /** The container's name. */
  container: v.string(),
  /** For a job: the part of its run. */
  replica: v.number(),
  /** For a job: the number of its run; null for a worker. */
  run: v.nullable(v.number()),
  revision: v.number(),
  state: v.picklist(['running', 'restarting', 'paused']),
  started_at: v.nullable(v.string()),
  restarts: v.number(),
  ...figures,
  /** null when unlimited. */
  memory_limit_bytes: v.nullable(v.number()),
  memory_percent: v.nullable(v.number()),
});

const usage = v.object({
  deployment: v.string(),
  namespace: v.string(),
  measured_at: v.string(),
  /** The running instances, by replica; figures that could not be read are null. */
  instances: v.array(instance),
  /** The sums of the available figures; null when there are none. */
  total: v.object(figures),
});

type InstanceUsageView = v.InferOutput<typeof instance>;
type Figures = InstanceUsageView & Record<keyof typeof figures, number | null>;

/** The usage of the running containers of one deployment. */
export interface DeploymentUsage extends v.InferOutput<typeof usage> {}
/** Documents a {@link DeploymentUsage}. */
export const DeploymentUsage: v.GenericSchema<DeploymentUsage> = usage;

const living = ['running', 'restarting', 'paused'] as const;
type Living = (typeof living)[number];

/** A container that has processes, or will have them again shortly. */
export type LivingInstance = Instance & { readonly state: Living };

/** Whether a container has processes, or will have them again shortly. */
export const isLiving = (one: Instance): one is LivingInstance => living.some((state) => state === one.state);

const rounded = (value: number): number => Math.round(value * 100) / 100;

const ofLimit = ({ memoryBytes, memoryLimitBytes }: InstanceUsage): number | null =>
  memoryLimitBytes === null || memoryLimitBytes <= 0 ? null : rounded((memoryBytes / memoryLimitBytes) * 100);

const instanceView = (one: LivingInstance, used: InstanceUsage | undefined, isJob: boolean) => ({
  id: one.id,
  container: one.containerName,
  replica: runOfSlot(one.identity.slot).index,
  run: isJob ? runOfSlot(one.identity.slot).run : null,
  revision: one.identity.revision,
  state: one.state,
  started_at: one.startedAt === null ? null : new Date(one.startedAt).toISOString(),
  restarts: one.restartCount,
  cpu_percent: used?.cpuPercent == null ? null : rounded(used.cpuPercent),
  memory_bytes: used?.memoryBytes ?? null,
  memory_limit_bytes: used?.memoryLimitBytes ?? null,
  memory_percent: used ? ofLimit(used) : null,
  network_rx_bytes: used?.network?.receivedBytes ?? null,
  network_tx_bytes: used?.network?.sentBytes ?? null,
  pids: used?.pids ?? null,
});

const sumOf = (instances: readonly Figures[], key: keyof typeof figures): number | null => {
  const known = instances.flatMap((one) => one[key] ?? []);
  return known.length === 0 ? null : rounded(known.reduce((sum, value) => sum + value, 0));
};

/** The measurement of a deployment's instances. */
export interface Measurement {
  readonly deployment: { readonly id: string; readonly namespace: string; readonly isJob: boolean };
  /** In ms since 1970. */
  readonly at: number;
  readonly instances: readonly LivingInstance[];
  readonly used: readonly InstanceUsage[];
}

/** Returns the API's form of a measurement. */
export const usageView = ({ deployment, at, instances, used }: Measurement): DeploymentUsage => {
  const byId = new Map(used.map((one) => [one.id, one]));
  const views = instances.map((one) => instanceView(one, byId.get(one.id), deployment.isJob));
  return {
    deployment: deployment.id,
    namespace: deployment.namespace,
    measured_at: new Date(at).toISOString(),
    instances: views,
    total: {
      cpu_percent: sumOf(views, 'cpu_percent'),
      memory_bytes: sumOf(views, 'memory_bytes'),
      network_rx_bytes: sumOf(views, 'network_rx_bytes'),
      network_tx_bytes: sumOf(views, 'network_tx_bytes'),
      pids: sumOf(views, 'pids'),
    },
  };
};
