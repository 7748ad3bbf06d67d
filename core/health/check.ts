/**
 * The normal form of a health check: what is asked of an instance, how often, and what its answers lead to. How a
 * draft becomes one is decided in draft.ts beside it; when a check is due and what its answers mean, in verdict.ts.
 */

/** Rhythm and consequence, the same for every type. Times in ms. */
interface CheckTerms {
  readonly intervalMs: number;
  /** How long one answer may take. */
  readonly timeoutMs: number;
  /** For so long after the instance started a failure does not count; a success does. */
  readonly startPeriodMs: number;
  /** So many failures in a row make it failing. */
  readonly threshold: number;
  /** So many successes in a row make it passing. */
  readonly successThreshold: number;
  /** What failing leads to, beside not being ready where `readiness` is set. */
  readonly onFailure: 'restart' | 'alert' | 'none';
  /** Whether the instance gets traffic only while this passes. */
  readonly readiness: boolean;
}

/** GET on the instance's address: a status from 200 to 399 passes. Redirects are not followed. */
export interface HttpCheck extends CheckTerms {
  readonly type: 'http';
  readonly port: number;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** A connection to the instance's address: it passes when it is accepted. */
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

/** What the checks of one instance say together. */
export interface Health {
  /** Whether it may get traffic: true without a readiness check; null before the first verdict. */
  readonly ready: boolean | null;
  /** Why it shall be restarted; null when no check with `restart` is failing. */
  readonly failing: string | null;
  /** Why it is not ready, in words; null while it is, or nothing is known. */
  readonly unreadyReason: string | null;
}

/** The health of an instance whose checks have said nothing yet. */
export const unknownHealth = (checks: readonly HealthCheck[]): Health => ({
  ready: checks.some(({ readiness }) => readiness) ? null : true,
  failing: null,
  unreadyReason: null,
});
