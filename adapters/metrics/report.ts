/** Assembles the metrics of one scrape: the counters, the state in the database, and that of the process. */
import type { Fleet } from '../../core/metrics/fleet.ts';
import type { Instance } from '../../core/runtime.ts';
import type { Counters } from './counters.ts';
import type { Durations, Numbers } from './exposition.ts';
import type { Value } from './tally.ts';

/** The readings of each scrape; null when unknown. */
export interface Readings {
  readonly fleet: Fleet | null;
  readonly databaseBytes: number | null;
  readonly engineIsUp: boolean | null;
  readonly instances: readonly Instance[] | null;
  /** The time of the last observation of the engine by a tick, in ms since 1970. */
  readonly lastSeenMs: number | null;
  readonly version: string;
  readonly process: {
    readonly memoryBytes: number;
    readonly cpuSeconds: number;
    readonly startedMs: number;
    readonly nodeVersion: string;
  };
}

type Naming = readonly [name: string, help: string];

const one = (value: number | null): readonly Value[] => (value === null ? [] : [{ labels: {}, value }]);

const number = (type: 'counter' | 'gauge', [name, help]: Naming, value: number | null): Numbers => ({
  type,
  name,
  help,
  labels: [],
  found: one(value),
});

const split = ([name, help]: Naming, label: string, values: Readonly<Record<string, number>>): Numbers => ({
  type: 'gauge',
  name,
  help,
  labels: [label],
  found: Object.entries(values).map(([key, value]) => ({ labels: { [label]: key }, value })),
});

const instanceStates = ['created', 'running', 'restarting', 'paused', 'exited', 'removing', 'dead'] as const;

const byState = (instances: readonly Instance[] | null): Readonly<Record<string, number>> =>
  instances === null
    ? {}
    : Object.fromEntries(
        instanceStates.map((state) => [state, instances.filter((one) => one.state === state).length]),
      );

const seconds = (ms: number | null): number | null => (ms === null ? null : ms / 1000);

const lookedUp = ({ fleet, databaseBytes, instances, ...read }: Readings): readonly Numbers[] => [
  {
    type: 'gauge',
    name: 'ring_build_info',
    help: 'The version of Ring and its runtime.',
    labels: ['version', 'node_version'],
    found: [{ labels: { version: read.version, node_version: read.process.nodeVersion }, value: 1 }],
  },
  split(['ring_deployments', 'Deployments by status.'], 'status', fleet?.byStatus ?? {}),
  number('gauge', ['ring_replicas_wanted', 'Replicas of workers that are declared.'], fleet?.wanted ?? null),
  number('gauge', ['ring_replicas_ready', 'Replicas of workers that are ready.'], fleet?.ready ?? null),
  split(['ring_instances', 'Containers by state, as last seen.'], 'state', byState(instances)),
  number(
    'gauge',
    ['ring_engine_up', 'Whether the engine answered when it was last asked.'],
    read.engineIsUp === null ? null : Number(read.engineIsUp),
  ),
  number(
    'gauge',
    ['ring_last_tick_timestamp_seconds', 'When a pass of the reconciler last saw the engine.'],
    seconds(read.lastSeenMs),
  ),
  number('gauge', ['ring_database_up', 'Whether the database answers.'], databaseBytes === null ? 0 : 1),
  number('gauge', ['ring_database_size_bytes', 'Size of the database on disk.'], databaseBytes),
];

const counted = (counters: Counters): readonly (Numbers | Durations)[] => {
  const { streamsOpen, requestTimes, callTimes, tickTimes, ...rest } = counters;
  return [
    ...Object.values(rest).map((counter) => ({
      ...counter,
      type: 'counter' as const,
      found: counter.values(),
    })),
    { ...streamsOpen, type: 'gauge', found: streamsOpen.values() },
    ...[requestTimes, callTimes, tickTimes].map((spread) => ({
      ...spread,
      type: 'histogram' as const,
      found: spread.values(),
    })),
  ];
};

const ofProcess = ({ memoryBytes, cpuSeconds, startedMs }: Readings['process']): readonly Numbers[] => [
  number('gauge', ['process_resident_memory_bytes', 'Resident memory of the process.'], memoryBytes),
  number('counter', ['process_cpu_seconds_total', 'CPU time used by the process.'], cpuSeconds),
  number('gauge', ['process_start_time_seconds', 'Start time of the process.'], seconds(startedMs)),
];

/** Returns all metrics; a gauge without a value has no line. */
export const metricsOf = (counters: Counters, readings: Readings): readonly (Numbers | Durations)[] =>
  [...lookedUp(readings), ...counted(counters), ...ofProcess(readings.process)].filter(
    ({ type, found }) => type !== 'gauge' || found.length > 0,
  );
