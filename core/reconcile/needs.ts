/** What the reconciler and its parts need of the world. */

import type { Vault } from '../access/security.ts';
import type { BindPolicy } from '../deployment/policy.ts';
import type { Files } from '../file/files.ts';
import type { HealthWatch } from '../health/watch.ts';
import type { Clock, Cron, Log, ReconcilerStore, Wake } from '../ports.ts';
import type { Runtime } from '../runtime.ts';

/** The ports of reconciling. */
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
  /** What may be bound when a container is created; without it binds are not judged again. */
  readonly policy?: BindPolicy;
}

/** How much is asked of the engine at once. */
export interface ReconcilerOptions {
  readonly concurrency: number;
  /** Whether somebody ticks all the time; where nobody does (cron), the deadlines of rollouts run between ticks. */
  readonly isWatching?: (() => boolean) | undefined;
  /** How late a scheduled run may begin without being a missed one, ms: ten minutes where it is not said. */
  readonly lateMs?: number | undefined;
  /** How long after their end runs are kept, ms; missing: as long as the history has room. */
  readonly historyAgeMs?: number | undefined;
}
