/**
 * Idempotency keys: the record of a key, and the decision about a request that carries it. Pure; the port stores the
 * keys, and once.ts runs requests.
 */

/** A key and its owner: equal keys of different users are different keys. */
export interface RequestKey {
  /** Id of the user. */
  readonly caller: string;
  readonly key: string;
}

/** How long a key is kept, in ms. */
export const keyKeptMs = 24 * 60 * 60 * 1000;

/** Longer than any request takes, including waiting requests, in ms. */
const longestRequestMs = 2 * 60 * 60 * 1000;

/** The stored state of a key. */
export interface KeyRecord {
  /** The fingerprint of the request that first used the key. */
  readonly fingerprint: string;
  /** In ms since 1970. */
  readonly claimedAt: number;
  /** Whether a live process is handling the request. */
  readonly isUnderWay: boolean;
  /** Whether the request's work is committed; recorded in the same transaction as the work. */
  readonly isCommitted: boolean;
  /** The sealed reply; null when there is none yet. */
  readonly reply: string | null;
}

/** The decision about a request: run it, repeat the stored reply, or refuse it. */
export type Claim =
  | { readonly kind: 'granted' | 'other_request' | 'under_way' | 'lost' }
  | { readonly kind: 'answered'; readonly reply: string };

/** Decides about a request from the record of its key; null without a record. */
export function judgeClaim(
  record: KeyRecord | null,
  { fingerprint, now }: { readonly fingerprint: string; readonly now: number },
): Claim {
  if (record === null || record.claimedAt <= now - keyKeptMs) return { kind: 'granted' };
  if (record.fingerprint !== fingerprint) return { kind: 'other_request' };
  if (record.reply !== null) return { kind: 'answered', reply: record.reply };
  if (record.isUnderWay && record.claimedAt > now - longestRequestMs) return { kind: 'under_way' };
  // The process that handled it is gone: uncommitted work is done now, committed work is never repeated.
  return { kind: record.isCommitted ? 'lost' : 'granted' };
}

/** The store of keys. Its writes do not count as changes for caches and lists. */
export interface RequestKeys {
  /**
   * Decides by {@link judgeClaim} and, when granted, claims the key for this process; only one of several concurrent
   * requests succeeds.
   */
  claim(of: RequestKey, fingerprint: string): Promise<Claim>;
  /** Stores the reply to a request whose key was claimed here. */
  answer(of: RequestKey, reply: string): Promise<void>;
  /** Releases a key that was claimed here, as if it had never been used, unless its work is committed. */
  release(of: RequestKey): Promise<void>;
}

/** The part of the store that takes part in the transaction of the work. */
export interface DoneKeys {
  /** Records that the work of the request is done. */
  add(of: RequestKey): Promise<void>;
}
