/**
 * Sends a request whose reply may be lost: it is repeated under the same idempotency key, so that nothing is done
 * twice. The caller decides whether it may be repeated under a new key.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { ClientError } from '../../../handlers/client.ts';
import type { Session } from '../session.ts';

const patienceMs = 60_000;
const betweenMs = 500;

/**
 * Resolves with the first answer to `call`, which sends its argument as `Idempotency-Key`. After a lost reply the
 * request is repeated under the same key for up to a minute. When the server reports that the request was executed but
 * its reply is no longer stored, a request that `mayRepeat` is sent as a new one. Rejects with the client's error; a
 * server that was never reached is not asked again.
 */
export async function untilAnswered<T>(
  call: (key: string) => Promise<T>,
  { signal, terminal }: Pick<Session, 'signal' | 'terminal'>,
  { mayRepeat }: { readonly mayRepeat: boolean },
): Promise<T> {
  const deadline = performance.now() + patienceMs;
  let key = randomUUID();
  let wasSent = false;
  for (;;) {
    try {
      return await call(key);
    } catch (error) {
      const next = nextTry(error, wasSent);
      if (next === null || (next === 'new' && !mayRepeat) || performance.now() > deadline) throw error;
      if (!wasSent) terminal.note('ring: the reply was lost; asking again');
      wasSent = true;
      if (next === 'new') key = randomUUID();
    }
    await pause(betweenMs, undefined, { signal });
  }
}

/** Returns whether to repeat the request, under the same key or a new one; null for neither. */
function nextTry(error: unknown, wasSent: boolean): 'same' | 'new' | null {
  if (!(error instanceof ClientError)) return null;
  if (error.code === 'IDEMPOTENCY_REPLY_LOST') return 'new';
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

/** Whether an established connection ended, so that the request may have arrived. */
function isCut(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code } = error as NodeJS.ErrnoException;
  return (code !== undefined && cuts.has(code)) || isCut(error.cause);
}
