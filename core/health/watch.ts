/**
 * What the reconciler and whoever probes have to say to each other: which instances are to be checked, and what is
 * known of their health. Probing goes on beside the ticks and is decided in prober.ts; what follows from a verdict, in
 * core/reconcile.
 */
import type { Health, HealthCheck } from './check.ts';

/** An instance whose health is to be watched. */
export interface HealthTarget {
  readonly uid: string;
  /** Name of the deployment: the host that an http check asks for, unless it names another. */
  readonly name: string;
  readonly slot: number;
  readonly instanceId: string;
  readonly containerName: string;
  /** Its address in its network; null while it has none, and then http and tcp checks fail. */
  readonly address: string | null;
  /** Hash of the revision that it was made from. */
  readonly specHash: string;
  /** When its process began, ms since 1970: another one begins with a clean slate. */
  readonly startedAt: number | null;
  readonly checks: readonly HealthCheck[];
}

/** A text of an instance, without the values that the instance was told in confidence. */
export type Redact = (target: Pick<HealthTarget, 'uid' | 'specHash'>, text: string) => Promise<string>;

/** Watches the health of instances. */
export interface HealthWatch {
  /**
   * By container id: what the checks of the process that runs in it have said so far. As of the last `watch`: of a
   * process that began since, it is what the one before it said.
   */
  known(): ReadonlyMap<string, Health>;
  /** From now on just these instances are checked. Cheap where nothing changed. */
  watch(targets: readonly HealthTarget[]): void;
}

/** Watches nothing. */
export const noHealthWatch: HealthWatch = { known: () => new Map(), watch: () => undefined };
