/**
 * Waits for a deployment to stand as asked, by asking the server to answer when it does, again and again until the time
 * is up. Whether it does is judged by the server; what it means for a command is decided there.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { Deployment } from '../../../core/deployment/view.ts';
import type { Until, WaitView } from '../../../core/deployment/wait-view.ts';
import { ClientError } from '../../../handlers/client.ts';
import type { Session } from '../session.ts';

/** What is waited for. */
export interface WaitTerms {
  readonly id: string;
  readonly until: Until;
  readonly timeoutMs: number;
  /** Hears why it is not so yet, each time that it is another reason. */
  readonly onReason?: (reason: string) => void;
}

/** How it ended, and the deployment as it stood then; null where it is gone. */
export interface WaitEnd extends WaitView {
  readonly deployment: Deployment | null;
}

// Short, so that a reason is heard while it holds, and no proxy on the way loses its patience.
const roundMs = 5_000;
const retryMs = 500;

/** Waits. A server that is away is waited for as well; other refusals reject with the client's error. */
export async function waitUntil(
  { client, signal }: Pick<Session, 'client' | 'signal'>,
  { id, until, timeoutMs, onReason }: WaitTerms,
): Promise<WaitEnd> {
  const deadline = performance.now() + timeoutMs;
  let said: string | null = null;
  for (;;) {
    const leftMs = Math.max(0, deadline - performance.now());
    const query = { wait: until, timeout: `${Math.round(Math.min(leftMs, roundMs))}ms` };
    const asked = await client.readDeployment({ params: { id }, query }).catch((error: unknown) => {
      if (isGone(error) && (until === 'deleted' || until === 'settled')) return null;
      if (mayPass(error) && leftMs > 0) return 'away' as const;
      throw error;
    });
    if (asked === null) return { until, outcome: 'reached', reason: null, deployment: null };
    if (asked === 'away') {
      await pause(retryMs, undefined, { signal });
      continue;
    }
    const end = { ...waitOf(asked.body, until), deployment: asked.body };
    if (end.outcome !== 'timeout' || performance.now() >= deadline) return end;
    if (end.reason !== null && end.reason !== said) {
      said = end.reason;
      onReason?.(said);
    }
  }
}

/** A server that knows nothing of waiting answers at once: then nothing can be said. */
const waitOf = ({ wait }: Deployment, until: Until): WaitView =>
  wait ?? { until, outcome: 'failed', reason: 'this server cannot be waited for: it is an older Ring' };

const isGone = (error: unknown): boolean =>
  error instanceof ClientError && error.code === 'DEPLOYMENT_NOT_FOUND';

const mayPass = (error: unknown): boolean =>
  error instanceof ClientError &&
  (error.kind === 'unreachable' || (error.status !== null && error.status >= 500));
