/** The ports of all endpoints together, provided by the composition root. Each endpoint names the ones it needs. */
import type { LoginLimit } from '../core/access/login-limit.ts';
import type { Passwords, Tokens } from '../core/access/security.ts';
import type { CommandPorts } from '../core/deployment/commands/create.ts';
import type { Changes } from '../core/event/changes.ts';
import type { EventFeed } from '../core/event/feed.ts';
import type { GarbageCollector } from '../core/gc/collector.ts';
import type { HealthReadPorts } from '../core/health/read.ts';
import type { Once } from '../core/idempotency/once.ts';
import type { StreamLimit } from '../core/log/limit.ts';
import type { Metrics } from '../core/metrics/metrics.ts';
import type { Namespaces } from '../core/namespace/namespace.ts';
import type {
  Authenticate,
  Cache,
  Clock,
  Configs,
  DatabaseHealth,
  Deployments,
  Events,
  Host,
  Reconcile,
  Users,
} from '../core/ports.ts';
import type { Foresee } from '../core/reconcile/foresee.ts';
import type { Runs } from '../core/run/runs.ts';
import type { AbortSignalLike, Runtime } from '../core/runtime.ts';
import type { Secrets } from '../core/secret/secrets.ts';
import type { MakeDocument } from './description/read-openapi.ts';

/** The ports of every endpoint. */
export interface Ports extends CommandPorts {
  readonly authenticate: Authenticate;
  readonly cache: Cache;
  readonly changes: Changes;
  readonly clock: Clock;
  /** Aborted when Ring stops. */
  readonly closing: AbortSignalLike;
  readonly configs: Configs;
  readonly database: DatabaseHealth;
  readonly deployments: Deployments;
  readonly document: MakeDocument;
  readonly events: Events;
  readonly feed: EventFeed;
  readonly foresee: Foresee;
  readonly healthRecords: HealthReadPorts['healthRecords'];
  readonly host: Host;
  readonly gc: GarbageCollector;
  /** Limits password guessing. */
  readonly loginLimit: LoginLimit;
  readonly metrics: Metrics;
  readonly namespaces: Namespaces;
  /** Handles requests with an `Idempotency-Key`. */
  readonly once: Once;
  readonly passwords: Passwords;
  readonly reconcile: Reconcile;
  readonly runs: Runs;
  readonly runtime: Runtime;
  readonly secrets: Secrets;
  readonly streams: StreamLimit;
  readonly tokens: Tokens;
  readonly users: Users;
  /** Limits the number of waiting requests. */
  readonly waits: StreamLimit;
}
