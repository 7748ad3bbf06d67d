/**
 * Replies that wait: `?wait=` and `timeout` on requests that change or read a deployment. core/deployment evaluates the
 * condition.
 */
import * as v from 'valibot';
import type { Caller } from '../core/access/user.ts';
import { detailSeen, type ReadPorts, readDeployment, seesSecrets } from '../core/deployment/read.ts';
import type { Deployment } from '../core/deployment/view.ts';
import {
  type Waited,
  type WaitPorts,
  type WaitQuery,
  waitFor,
  waitForRun,
} from '../core/deployment/wait/wait.ts';
import { untils } from '../core/deployment/wait/wait-view.ts';
import { RingError } from '../core/errors.ts';
import type { StreamLimit } from '../core/log/limit.ts';
import { makeStop } from '../core/log/stop.ts';
import { type RunView, runView } from '../core/run/view.ts';
import type { AbortSignalLike } from '../core/runtime.ts';
import { type Later, laterJson } from './later.ts';
import { duration } from './query.ts';

/** The ports that waiting replies need. */
export interface WaitReplyPorts extends WaitPorts, ReadPorts {
  /** Limits the number of waiting requests. */
  readonly waits: StreamLimit;
  /** Aborted when Ring stops, which ends all waits. */
  readonly closing: AbortSignalLike;
}

const timeout = duration({ most: 3_600_000, otherwise: '60s' });

/** The conditions that can be waited for while reading. */
export const waitQuery = v.object({ wait: v.optional(v.picklist(untils)), timeout });

/** The conditions that can be waited for after a write. */
export const writeWaitQuery = v.object({
  wait: v.optional(v.picklist(['running', 'completed', 'healthy', 'settled'])),
  timeout,
});

/** The conditions that can be waited for after a deletion. */
export const deleteWaitQuery = v.object({ wait: v.optional(v.picklist(['deleted', 'settled'])), timeout });

/** The wait parameters and the caller. */
export interface WaitRequest {
  readonly query: v.InferOutput<typeof waitQuery>;
  readonly request: Request;
  readonly caller: Pick<Caller, 'role'>;
}

/** Waits if requested; returns the deployment as it is then, with the result. */
export type See = (deployment: Deployment) => Promise<Deployment>;

/**
 * Does the work to be waited for, after taking a place: a request that may not wait changes nothing. TOO_MANY_STREAMS
 * when no place is free.
 */
export async function awaiting<T>(
  asked: WaitRequest,
  ports: WaitReplyPorts,
  act: (see: See) => Promise<T>,
): Promise<T> {
  const until = asked.query.wait;
  if (until === undefined) return act(async (deployment) => deployment);
  const release = ports.waits.take();
  const signals = [asked.request.signal, ports.closing];
  try {
    return await act(async (deployment) => {
      const wanted = { id: deployment.id, until, timeoutMs: asked.query.timeout };
      return shown(await waitFor(wanted, ports, signals), deployment, { caller: asked.caller, ports });
    });
  } finally {
    release();
  }
}

/** The same for a run of a job. */
export async function awaitingRun(
  { query, request, caller }: WaitRequest,
  ports: WaitReplyPorts,
  start: () => Promise<RunView>,
): Promise<RunView> {
  const until = query.wait;
  if (until === undefined) return start();
  const release = ports.waits.take();
  try {
    const started = await start();
    const wanted = { id: started.deployment, number: started.number, until, timeoutMs: query.timeout };
    const { view, run } = await waitForRun(wanted, ports, [request.signal, ports.closing]);
    const is = { deployment: started.deployment, isMasked: !seesSecrets(caller), vault: ports.vault };
    return { ...(run === null ? started : runView(run, is)), wait: view };
  } finally {
    release();
  }
}

/** Returns a deployment once its condition is met. DEPLOYMENT_NOT_FOUND, TOO_MANY_STREAMS. */
export async function readLater(
  { id, until, timeoutMs }: WaitQuery,
  { request, caller }: Omit<WaitRequest, 'query'>,
  ports: WaitReplyPorts,
): Promise<Later<Deployment>> {
  const release = ports.waits.take();
  const { signal, stop } = makeStop();
  const close = () => {
    stop();
    release();
  };
  try {
    const first = await readDeployment(id, caller, ports);
    const waited = waitFor({ id, until, timeoutMs }, ports, [request.signal, ports.closing, signal]);
    const coming = waited.then((one) => shown(one, first, { caller, ports }));
    return laterJson(coming, ports.clock, close);
  } catch (error) {
    close();
    throw error;
  }
}

/** Returns the deployment after the wait; as it was before when it is gone or cannot be read. */
async function shown(
  { view, standing }: Waited,
  before: Deployment,
  { caller, ports }: { readonly caller: Pick<Caller, 'role'>; readonly ports: WaitReplyPorts },
): Promise<Deployment> {
  if (standing === undefined) return { ...before, wait: view };
  const left = () => gone(before, ports.clock.now());
  if (standing === null) return { ...left(), wait: view };
  try {
    return { ...(await detailSeen(standing, caller, ports)), wait: view };
  } catch (error) {
    const code = error instanceof RingError ? error.code : null;
    if (code === 'DEPLOYMENT_NOT_FOUND') return { ...left(), wait: view };
    // The request itself succeeded, so an error would be wrong.
    if (code === 'DATABASE_UNAVAILABLE') return { ...before, wait: view };
    throw error;
  }
}

const gone = (before: Deployment, now: number): Deployment => ({
  ...before,
  status: 'deleted',
  status_reason: null,
  instances: [],
  ready_replicas: 0,
  deleted_at: before.deleted_at ?? new Date(now).toISOString(),
});
