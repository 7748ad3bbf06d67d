/**
 * Replies that wait: `?wait=` and `timeout` on what changes a deployment and on reading it. What is waited for, and when
 * it has come, is decided in core/deployment.
 */
import * as v from 'valibot';
import type { Caller } from '../core/access/user.ts';
import { detailSeen, type ReadPorts, readDeployment, seesSecrets } from '../core/deployment/read.ts';
import type { Deployment } from '../core/deployment/view.ts';
import { type Waited, type WaitPorts, type WaitQuery, waitFor, waitForRun } from '../core/deployment/wait.ts';
import { untils } from '../core/deployment/wait-view.ts';
import { RingError } from '../core/errors.ts';
import type { StreamLimit } from '../core/log/limit.ts';
import { makeStop } from '../core/log/stop.ts';
import { type RunView, runView } from '../core/run/view.ts';
import type { AbortSignalLike } from '../core/runtime.ts';
import { type Later, laterJson } from './later.ts';
import { duration } from './query.ts';

/** What waiting replies need. */
export interface WaitReplyPorts extends WaitPorts, ReadPorts {
  /** How many may wait at once. */
  readonly waits: StreamLimit;
  /** Aborted when Ring stops: nobody waits any longer. */
  readonly closing: AbortSignalLike;
}

const timeout = duration({ most: 3_600_000, otherwise: '60s' });

/** What may be waited for while reading. */
export const waitQuery = v.object({ wait: v.optional(v.picklist(untils)), timeout });

/** What may be waited for after a write. */
export const writeWaitQuery = v.object({
  wait: v.optional(v.picklist(['running', 'completed', 'healthy', 'settled'])),
  timeout,
});

/** What may be waited for after a deletion. */
export const deleteWaitQuery = v.object({ wait: v.optional(v.picklist(['deleted', 'settled'])), timeout });

/** What was asked for, and by whom. */
export interface WaitRequest {
  readonly query: v.InferOutput<typeof waitQuery>;
  readonly request: Request;
  readonly caller: Pick<Caller, 'role'>;
}

/** Waits where that was asked for: the deployment as it stands then, with what came of it. */
export type See = (deployment: Deployment) => Promise<Deployment>;

/**
 * Does what is to be waited for, with a place taken before: who may not wait changes nothing. TOO_MANY_STREAMS where
 * none is free.
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

/** A deployment once it stands as asked. DEPLOYMENT_NOT_FOUND, TOO_MANY_STREAMS. */
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

/** The deployment as the wait left it; what is gone or cannot be read, as it was before. */
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
    // What was asked for is done: an error would say that it is not.
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
