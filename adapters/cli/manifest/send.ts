/**
 * Sends manifests to be applied or planned. A reply that was lost on the way is asked for again under the same key, so
 * that nothing is done twice; what the server refuses is told with the lines it is about.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { ChangeSet } from '../../../core/manifest/change.ts';
import { ClientError } from '../../../handlers/client.ts';
import { exitOf } from '../exit-codes.ts';
import type { Session } from '../session.ts';
import { faultsError, faultsOf } from './faults.ts';
import type { Manifests } from './manifests.ts';

/** What is done with them. */
export interface Sending {
  readonly to: 'apply' | 'plan';
  /** A selector: what matches it in the namespaces of the manifests, and is not in them, goes. */
  readonly prune?: string | undefined;
}

/** What became of it, and when by the server's clock (ms since 1970, to the second before). */
export interface Sent {
  readonly done: ChangeSet;
  readonly at: number;
}

const patienceMs = 60_000;
const betweenMs = 500;

/** What becomes of it all. CommandError for what the manifests are at fault for, else the client's errors. */
export async function send(
  session: Session,
  { manifests, documents }: Manifests,
  { to, prune }: Sending,
): Promise<Sent> {
  const query = prune === undefined ? {} : { prune };
  const body = [...manifests];
  const call = (key: string) =>
    to === 'plan'
      ? session.client.planManifests({ query, body })
      : session.client.applyManifests({ query, body, headers: { 'idempotency-key': key } });
  try {
    const { body: done, headers } = await untilAnswered(call, session);
    return { done, at: Date.parse(headers.get('date') ?? '') || 0 };
  } catch (error) {
    if (!(error instanceof ClientError) || error.violations.length === 0) throw error;
    const aboutQuery = error.violations.some(({ pointer }) => pointer.startsWith('?'));
    if (aboutQuery) throw error;
    throw faultsError(faultsOf(error.violations, documents), exitFor(error));
  }
}

// A server that is newer may know codes that this command does not.
const exitFor = ({ code }: ClientError) => (Object.hasOwn(exitOf, code) ? exitOf[code] : exitOf.INTERNAL);

async function untilAnswered<T>(
  call: (key: string) => Promise<T>,
  { signal, terminal }: Pick<Session, 'signal' | 'terminal'>,
): Promise<T> {
  const deadline = performance.now() + patienceMs;
  let key = randomUUID();
  let wasSent = false;
  for (;;) {
    try {
      return await call(key);
    } catch (error) {
      const next = nextTry(error, wasSent);
      if (next === null || performance.now() > deadline) throw error;
      if (!wasSent) terminal.note('ring: the reply was lost; asking again');
      wasSent = true;
      // It was done and its reply is gone: done again, it finds nothing to do.
      if (next === 'anew') key = randomUUID();
    }
    await pause(betweenMs, undefined, { signal });
  }
}

/** Whether it is asked again, and as what; a server that was never reached is not. */
function nextTry(error: unknown, wasSent: boolean): 'same' | 'anew' | null {
  if (!(error instanceof ClientError)) return null;
  if (error.code === 'IDEMPOTENCY_REPLY_LOST') return 'anew';
  if (error.code === 'IDEMPOTENCY_KEY_IN_FLIGHT') return 'same';
  return error.kind === 'unreachable' && (wasSent || isCut(error)) ? 'same' : null;
}

const cuts = new Set([
  'ECONNRESET',
  'EPIPE',
  'UND_ERR_SOCKET',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_BODY_TIMEOUT',
]);

/** Whether a connection ended that there was, so that the request may have arrived. */
function isCut(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code } = error as NodeJS.ErrnoException;
  return (code !== undefined && cuts.has(code)) || isCut(error.cause);
}
