/**
 * The interface between the reconciler and the prober: which instances are to be checked, and what is known of their
 * health. Probing is decided in prober.ts; what follows from a verdict, in core/reconcile.
 */
import type { Health, HealthCheck } from './check.ts';

/** An instance whose health is to be watched. */
export interface HealthTarget {
  readonly uid: string;
  /** The deployment's name: the Host of http checks, unless a header sets another. */
  readonly name: string;
  readonly slot: number;
  readonly instanceId: string;
  readonly containerName: string;
  /** The instance's address in its network; null while it has none, in which case http and tcp checks fail. */
  readonly address: string | null;
  /** The hash of the revision that the instance was created from. */
  readonly specHash: string;
  /** When its process began, ms since 1970; for another process the states of the checks are reset. */
  readonly startedAt: number | null;
  readonly checks: readonly HealthCheck[];
}

/** Returns a text of an instance without the secret values that the instance was given. */
export type Redact = (target: Pick<HealthTarget, 'uid' | 'specHash'>, text: string) => Promise<string>;

/** Watches the health of instances. */
export interface HealthWatch {
  /**
   * The health of each watched instance, by container id, as of the last `watch`: for a process that began since then,
   * it is that of the previous process.
   */
  known(): ReadonlyMap<string, Health>;
  /** Checks exactly these instances from now on. Cheap if nothing changed. */
  watch(targets: readonly HealthTarget[]): void;
}

/** A watch that watches nothing. */
export const noHealthWatch: HealthWatch = { known: () => new Map(), watch: () => undefined };
