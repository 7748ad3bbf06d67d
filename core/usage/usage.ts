/**
 * The part of the engine port that measures running containers. adapters/docker reads the figures; view.ts shows them.
 */

/** Traffic through a container's own network since it joined it, in bytes. */
export interface NetworkUsage {
  readonly receivedBytes: number;
  readonly sentBytes: number;
}

/** The usage of one running container. */
export interface InstanceUsage {
  /** The engine's container id. */
  readonly id: string;
  /** 100 is one fully used core; null when the container restarted during the measurement. */
  readonly cpuPercent: number | null;
  /** Without page cache that the kernel can reclaim. */
  readonly memoryBytes: number;
  /** null when unlimited. */
  readonly memoryLimitBytes: number | null;
  /** null when it has no network of its own, or its traffic is not counted. */
  readonly network: NetworkUsage | null;
  /** Processes and threads; null when they are not counted. */
  readonly pids: number | null;
}

/** A container to measure. */
export interface Measured {
  /** The engine's container id. */
  readonly id: string;
  /** null when it has no network of its own. */
  readonly connected: boolean | null;
}

/** The part of a container engine that measures its containers. Rejects with RuntimeError. */
export interface MeasurableEngine {
  /**
   * Returns the current usage of these containers, in the given order; containers that do not run are left out. The CPU
   * share needs two readings, so this takes from a quarter of a second to a few seconds.
   */
  usage(of: readonly Measured[]): Promise<readonly InstanceUsage[]>;
}
