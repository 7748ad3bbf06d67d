/**
 * What running containers use, as a container engine's host tells it: the port's part and its words. How the figures
 * are read is decided in adapters/docker, what is shown of them in view.ts.
 */

/** What has gone through a container's own network since it joined it, in bytes. */
export interface NetworkUsage {
  readonly receivedBytes: number;
  readonly sentBytes: number;
}

/** What one running container uses. */
export interface InstanceUsage {
  /** The engine's container id. */
  readonly id: string;
  /** 100 is one core in full use; null where it began anew while it was measured. */
  readonly cpuPercent: number | null;
  /** Without what the kernel only caches and would give back. */
  readonly memoryBytes: number;
  /** null: it may take all that the host has. */
  readonly memoryLimitBytes: number | null;
  /** null: it has no network of its own, or nobody counts. */
  readonly network: NetworkUsage | null;
  /** Processes and threads; null where nobody counts. */
  readonly pids: number | null;
}

/** A container that is asked about. */
export interface Measured {
  /** The engine's container id. */
  readonly id: string;
  /** null: it has no network of its own. */
  readonly connected: boolean | null;
}

/** The part of a container engine that tells what its containers use. Rejects with RuntimeError. */
export interface MeasurableEngine {
  /**
   * What these containers use now, in the order asked; those that do not run (any more) are left out. The processor's
   * share lies between two readings a moment apart, so this takes from a quarter of a second to a few.
   */
  usage(of: readonly Measured[]): Promise<readonly InstanceUsage[]>;
}
