/**
 * Does what a request asks for once, however often it is sent under its key: again it is only answered again. What a
 * request is, and which ones may be repeated, is for whoever brings it.
 */
import { RingError } from '../errors.ts';
import type { Log, Vault, Write } from '../ports.ts';
import type { Claim, RequestKey, RequestKeys } from './key.ts';

/** A request with its key. */
export interface KeyedRequest extends RequestKey {
  /** All that makes it this request and no other one. */
  readonly content: string;
}

/** What was answered, as it is kept. */
export interface KeptReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
}

/** Makes a Write that also records, in the same transaction, that the work of a request is done. */
export type RecordDone = (write: Write) => Write;

/**
 * Does the work, or answers as it was answered before. IDEMPOTENCY_KEY_REUSED for another request under the key,
 * IDEMPOTENCY_KEY_IN_FLIGHT, IDEMPOTENCY_REPLY_LOST where it was done and nobody knows what was answered. What the work
 * throws is thrown; if nothing was written by then, the key is as if it had never come.
 */
export type Once = (
  request: KeyedRequest,
  work: (recordDone: RecordDone) => Promise<KeptReply>,
) => Promise<{ readonly reply: KeptReply; readonly isRepeated: boolean }>;

/** What {@link makeOnce} needs. */
export interface OncePorts {
  readonly requestKeys: RequestKeys;
  /** Replies may hold secrets. */
  readonly vault: Vault;
  /** A digest that tells nothing of a text to whoever has not the installation's key: requests hold secrets too. */
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
        log.warn('A reply could not be kept: the same request cannot be answered again', { error });
      });
      return { reply, isRepeated: false };
    } catch (error) {
      await requestKeys.release(of).catch((released: unknown) => {
        log.warn('An Idempotency-Key could not be given back', { error: released });
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
      'This Idempotency-Key came with another request: take a new key for each request',
    ),
  under_way: () =>
    new RingError(
      'IDEMPOTENCY_KEY_IN_FLIGHT',
      'The request with this Idempotency-Key is under way: send it again in a moment for its answer',
      { retryAfterSeconds: 1 },
    ),
  lost: () =>
    new RingError(
      'IDEMPOTENCY_REPLY_LOST',
      'The request with this Idempotency-Key was carried out, and Ring ended before it kept its answer: read what came of it; it is not done again under this key',
    ),
};
