/**
 * Defines the ports and options of the reconciler and its parts. What is done with them is decided in reconciler.ts.
 */

import type { Vault } from '../access/security.ts';
import type { BindPolicy } from '../deployment/policy.ts';
import type { Files } from '../file/files.ts';
import type { HealthWatch } from '../health/watch.ts';
import type { Clock, Cron, Log, ReconcilerStore, Wake } from '../ports.ts';
import type { Runtime } from '../runtime.ts';

/** The ports that reconciling needs. */
export interface ReconcilerPorts {
  readonly store: ReconcilerStore;
  readonly runtime: Runtime;
  readonly files: Files;
  readonly vault: Vault;
  readonly clock: Clock;
  readonly cron: Pick<Cron, 'next'>;
  readonly log: Log;
  readonly wake: Wake;
  readonly health: HealthWatch;
  /** The policy for bind mounts at the time a container is created; without it bind mounts are not judged again. */
  readonly policy?: BindPolicy;
}

/** The options of the reconciler. */
export interface ReconcilerOptions {
  readonly concurrency: number;
  /** Whether ticks run continuously; if they do not (cron), the deadlines of rollouts also run between ticks. */
  readonly isWatching?: (() => boolean) | undefined;
  /** How late a scheduled run may begin without counting as missed, ms; missing: ten minutes. */
  readonly lateMs?: number | undefined;
  /** How long after their end runs are kept, ms; missing: as long as the history has room. */
  readonly historyAgeMs?: number | undefined;
}
