/**
 * Waits for a deployment to reach a state with requests that the server answers when it does, repeated until the time
 * is up. The server judges the state; commands decide what the result means.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { Deployment } from '../../../core/deployment/view.ts';
import type { Until, WaitView } from '../../../core/deployment/wait/wait-view.ts';
import { ClientError } from '../../../handlers/client.ts';
import { exits } from '../exit-codes.ts';
import { CommandError } from '../failure.ts';
import type { Session } from '../session.ts';

/** The conditions of a wait. */
export interface WaitTerms {
  readonly id: string;
  readonly until: Until;
  readonly timeoutMs: number;
  /** Whether the wait has failed when the deployment is deleted meanwhile, whatever `until` says about that. */
  readonly mustStay?: boolean;
  /** Called with the reason why the state is not reached yet, each time the reason changes. */
  readonly onReason?: (reason: string) => void;
}

/** The result of the wait, and the deployment at that time; null when it no longer exists. */
export interface WaitEnd extends WaitView {
  readonly deployment: Deployment | null;
}

// The duration of one request, in ms: short, so that reasons are shown while they hold, and no proxy on the way cuts
// the connection.
const roundMs = 5_000;
const retryMs = 500;

/** Waits. While the server cannot be reached it is asked again; other errors reject with the client's error. */
export async function waitUntil(
  { client, signal }: Pick<Session, 'client' | 'signal'>,
  terms: WaitTerms,
): Promise<WaitEnd> {
  const { timeoutMs, onReason } = terms;
  const deadline = performance.now() + timeoutMs;
  let said: string | null = null;
  for (;;) {
    const leftMs = Math.max(0, deadline - performance.now());
    const seen = await look(client, terms, leftMs);
    if (seen === 'away') {
      await pause(retryMs, undefined, { signal });
      continue;
    }
    const end = endOf(seen, terms);
    if (end.outcome !== 'timeout' || performance.now() >= deadline) return end;
    if (end.reason !== null && end.reason !== said) {
      said = end.reason;
      onReason?.(said);
    }
  }
}

/** Asks once, for a part of the remaining time; returns `away` when another try may succeed. */
async function look(
  client: Session['client'],
  { id, until, mustStay = false }: WaitTerms,
  leftMs: number,
): Promise<Deployment | 'gone' | 'away'> {
  const query = { wait: until, timeout: `${Math.round(Math.min(leftMs, roundMs))}ms` };
  try {
    const { body } = await client.readDeployment({ params: { id }, query });
    // The status is sent before the wait, so a reply that was cut off can look like an empty one.
    if (body === null) throw new CommandError(`The reply about ${id} was cut off`, exits.unreachable);
    return body;
  } catch (error) {
    if (isGone(error) && (mustStay || until === 'deleted' || until === 'settled')) return 'gone';
    if (mayPass(error) && leftMs > 0) return 'away';
    throw error;
  }
}

function endOf(seen: Deployment | 'gone', { until, mustStay = false }: WaitTerms): WaitEnd {
  const isDeleted = seen === 'gone' || seen.deleted_at !== null;
  if (mustStay && isDeleted) return { until, outcome: 'failed', reason: 'it was deleted', deployment: null };
  if (seen === 'gone') return { until, outcome: 'reached', reason: null, deployment: null };
  return { ...waitOf(seen, until), deployment: seen };
}

/**
 * Returns the result in a reply. An older server that does not support waiting answers at once and without a result.
 */
const waitOf = ({ wait }: Deployment, until: Until): WaitView =>
  wait ?? { until, outcome: 'failed', reason: 'this server cannot be waited for: it is an older Ring' };

const isGone = (error: unknown): boolean =>
  error instanceof ClientError && error.code === 'DEPLOYMENT_NOT_FOUND';

const mayPass = (error: unknown): boolean =>
  error instanceof ClientError
    ? error.kind === 'unreachable' || (error.status !== null && error.status >= 500)
    : error instanceof CommandError && error.exit === exits.unreachable;
