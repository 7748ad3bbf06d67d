/**
 * Runs each keyed request once, however often it is sent; a repeated request gets the stored reply. Callers define the
 * request and which requests may be repeated.
 */

import type { Vault } from '../access/security.ts';
import { RingError } from '../errors.ts';
import type { Log, Write } from '../ports.ts';
import type { Claim, RequestKey, RequestKeys } from './key.ts';

/** A request with its key. */
export interface KeyedRequest extends RequestKey {
  /** Everything that distinguishes this request from others. */
  readonly content: string;
}

/** A reply as it is stored. */
export interface KeptReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
}

/** Makes a Write that also records, in the same transaction, that the work of a request is done. */
export type RecordDone = (write: Write) => Write;

/**
 * Does the work, or returns the stored reply. IDEMPOTENCY_KEY_REUSED when the key was used with another request,
 * IDEMPOTENCY_KEY_IN_FLIGHT, IDEMPOTENCY_REPLY_LOST when the work was done but its reply was not stored. Rethrows
 * errors of the work; if nothing was written by then, the key is released.
 */
export type Once = (
  request: KeyedRequest,
  work: (recordDone: RecordDone) => Promise<KeptReply>,
) => Promise<{ readonly reply: KeptReply; readonly isRepeated: boolean }>;

/** The ports that {@link makeOnce} needs. */
export interface OncePorts {
  readonly requestKeys: RequestKeys;
  /** Encrypts replies, which may hold secrets. */
  readonly vault: Vault;
  /** A keyed digest, because requests may hold secrets too: it reveals nothing without the installation's key. */
  readonly digest: (text: string) => string;
  readonly log: Pick<Log, 'warn'>;
}

/** Makes a {@link Once}. */
export const makeOnce =
  ({ requestKeys, vault, digest, log }: OncePorts): Once =>
  async ({ content, ...of }, work) => {
    const claim = await requestKeys.claim(of, digest(content));
    if (claim.kind === 'answered') return { reply: opened(claim.reply, of, vault), isRepeated: true };
    if (claim.kind !== 'granted') throw refusals[claim.kind]();
    try {
      const reply = await work(recordDoneOf(of));
      await requestKeys.answer(of, vault.seal(JSON.stringify(reply), ownerOf(of))).catch((error: unknown) => {
        log.warn('A reply could not be stored: repeats of this request will be refused', { error });
      });
      return { reply, isRepeated: false };
    } catch (error) {
      await requestKeys.release(of).catch((released: unknown) => {
        log.warn('An Idempotency-Key could not be released', { error: released });
      });
      throw error;
    }
  };

const recordDoneOf =
  (of: RequestKey): RecordDone =>
  (write) =>
  (work) =>
    write(async (stores) => {
      const result = await work(stores);
      await stores.doneKeys.add(of);
      return result;
    });

const ownerOf = ({ caller, key }: RequestKey): string => `reply/${caller}/${key}`;

function opened(sealed: string, of: RequestKey, vault: Vault): KeptReply {
  try {
    return JSON.parse(vault.open(sealed, ownerOf(of)));
  } catch {
    throw refusals.lost();
  }
}

const refusals: {
  readonly [Kind in Exclude<Claim['kind'], 'granted' | 'answered'>]: () => RingError;
} = {
  other_request: () =>
    new RingError(
      'IDEMPOTENCY_KEY_REUSED',
      'This Idempotency-Key was used with another request: use a new key for each request',
    ),
  under_way: () =>
    new RingError(
      'IDEMPOTENCY_KEY_IN_FLIGHT',
      'The request with this Idempotency-Key is in progress: send it again in a moment to get its reply',
      { retryAfterSeconds: 1 },
    ),
  lost: () =>
    new RingError(
      'IDEMPOTENCY_REPLY_LOST',
      'The request with this Idempotency-Key was carried out, but Ring stopped before it stored the reply: read the resource to see the result; the request is not repeated under this key',
    ),
};
