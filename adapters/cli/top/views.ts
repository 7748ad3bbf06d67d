/** The tables of resource usage: one line for each deployment, or one for each container. */
import type { DeploymentUsage } from '../../../core/usage/view.ts';
import { age, sizeText, statusColour } from '../format.ts';
import type { View } from '../print.ts';
import type { Column } from '../table.ts';

/** The usage of one container, with the name of its deployment. */
export type InstanceRow = DeploymentUsage['instances'][number] & { readonly deployment: string };

/** The sort keys: usage in descending order, names alphabetically. */
export const orders = ['cpu', 'memory', 'name'] as const;
/** One of {@link orders}. */
export type Order = (typeof orders)[number];

type Figures = DeploymentUsage['total'];

const percentText = (value: number | null): string | null =>
  value === null ? null : `${value.toFixed(1)} %`;

const bytes = (value: number | null): string | null => (value === null ? null : sizeText(value));

const figures: readonly Column<Figures>[] = [
  { title: 'CPU', of: ({ cpu_percent: cpu }) => percentText(cpu), right: true },
  { title: 'MEMORY', of: ({ memory_bytes: memory }) => bytes(memory), right: true },
];

const traffic: readonly Column<Figures>[] = [
  { title: 'RECEIVED', of: ({ network_rx_bytes: received }) => bytes(received), right: true },
  { title: 'SENT', of: ({ network_tx_bytes: sent }) => bytes(sent), right: true },
  { title: 'PIDS', of: ({ pids }) => pids, right: true },
];

const total = <T>(columns: readonly Column<Figures>[], of: (item: T) => Figures): readonly Column<T>[] =>
  columns.map((column) => ({
    title: column.title,
    right: column.right === true,
    of: (item) => column.of(of(item)),
  }));

/** One line for each deployment. */
export const deploymentUsageView: View<DeploymentUsage> = {
  kind: 'deployment',
  name: ({ deployment }) => deployment,
  columns: [
    { title: 'NAMESPACE', of: ({ namespace }) => namespace },
    { title: 'DEPLOYMENT', of: ({ deployment }) => deployment },
    { title: 'RUNNING', of: ({ instances }) => instances.length, right: true },
    ...total<DeploymentUsage>(figures, ({ total: sums }) => sums),
    ...total<DeploymentUsage>(traffic, ({ total: sums }) => sums),
  ],
};

const hot = 90;

/** One line for each container. */
export const instanceUsageView: View<InstanceRow> = {
  kind: 'container',
  name: ({ container }) => container,
  columns: [
    { title: 'DEPLOYMENT', of: ({ deployment }) => deployment },
    {
      title: 'REPLICA',
      of: ({ replica, run }) => (run === null ? replica : `${run}/${replica}`),
      right: true,
    },
    { title: 'STATE', of: ({ state }) => state, colour: ({ state }) => statusColour(state) },
    ...total<InstanceRow>(figures, (row) => row),
    { title: 'OF', of: ({ memory_limit_bytes: limit }) => bytes(limit), right: true },
    {
      title: 'IN USE',
      of: ({ memory_percent: share }) => percentText(share),
      colour: ({ memory_percent: share }) => (share !== null && share >= hot ? 'red' : null),
      right: true,
    },
    ...total<InstanceRow>(traffic, (row) => row),
    { title: 'RESTARTS', of: ({ restarts }) => restarts, right: true },
    { title: 'UP', of: ({ started_at: at }) => age(at), right: true },
    { title: 'REVISION', of: ({ revision }) => revision, right: true, wide: true },
    { title: 'CONTAINER', of: ({ container }) => container, wide: true },
  ],
};

/** Sorts by usage or by name; unknown values come last. */
export const sorted = <T>(
  items: readonly T[],
  order: Order,
  of: (item: T) => { readonly figures: Figures; readonly name: string },
): readonly T[] => {
  const size = (item: T): number => {
    const { cpu_percent: cpu, memory_bytes: memory } = of(item).figures;
    return (order === 'cpu' ? cpu : memory) ?? -1;
  };
  const byName = (one: T, other: T): number => (of(one).name < of(other).name ? -1 : 1);
  return [...items].sort((one, other) =>
    order === 'name' ? byName(one, other) : size(other) - size(one) || byName(one, other),
  );
};
