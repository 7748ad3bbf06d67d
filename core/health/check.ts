/**
 * The normal form of a health check: what is executed, how often, and what its answers lead to. How a draft becomes one
 * is decided in draft.ts; when a check is due in schedule.ts, and what its answers mean in verdict.ts.
 */

/** The timing and the consequences of a check, the same for every type. Times in ms. */
interface CheckTerms {
  readonly intervalMs: number;
  /** How long one answer may take. */
  readonly timeoutMs: number;
  /** How long after the start of the instance failures do not count; successes do. */
  readonly startPeriodMs: number;
  /** The number of consecutive failures after which the check is failing. */
  readonly threshold: number;
  /** The number of consecutive successes after which the check is passing. */
  readonly successThreshold: number;
  /** What failing leads to, besides the instance not being ready if `readiness` is set. */
  readonly onFailure: 'restart' | 'alert' | 'none';
  /** Whether the instance gets traffic only while this check passes. */
  readonly readiness: boolean;
}

/** A GET request to the instance's address: a status from 200 to 399 passes. Redirects are not followed. */
export interface HttpCheck extends CheckTerms {
  readonly type: 'http';
  readonly port: number;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** A connection to the instance's address: it passes if the connection is accepted. */
export interface TcpCheck extends CheckTerms {
  readonly type: 'tcp';
  readonly port: number;
}

/** A program run inside the instance, without a shell: exit code 0 passes. */
export interface CommandCheck extends CheckTerms {
  readonly type: 'command';
  readonly command: readonly string[];
}

/** One health check. */
export type HealthCheck = HttpCheck | TcpCheck | CommandCheck;

/** The combined result of all checks of one instance. */
export interface Health {
  /** Whether the instance may get traffic: true without a readiness check; null before the first verdict. */
  readonly ready: boolean | null;
  /** Why the instance is to be restarted; null if no check with `restart` is failing. */
  readonly failing: string | null;
  /** Why the instance is not ready, as text; null while it is ready, or nothing is known. */
  readonly unreadyReason: string | null;
}

/** The health of an instance whose checks have had no answer yet. */
export const unknownHealth = (checks: readonly HealthCheck[]): Health => ({
  ready: checks.some(({ readiness }) => readiness) ? null : true,
  failing: null,
  unreadyReason: null,
});
