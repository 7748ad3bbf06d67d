/**
 * The key under which a client sends a request that must be done once, however often it is sent: what is kept of it, and
 * what becomes of a request that brings it. Pure; who keeps it is behind the port, what is done once stands in once.ts.
 */

/** A key, and whose it is: those of others are other keys. */
export interface RequestKey {
  /** Id of the user. */
  readonly caller: string;
  readonly key: string;
}

/** How long a key is kept, ms. */
export const keyKeptMs = 24 * 60 * 60 * 1000;

/** Longer than any request takes, those that wait included. */
const longestRequestMs = 2 * 60 * 60 * 1000;

/** What is kept of a key. */
export interface KeyRecord {
  /** Of the request that first brought it. */
  readonly fingerprint: string;
  /** ms since 1970. */
  readonly claimedAt: number;
  /** Whether a process that lives is at it. */
  readonly isUnderWay: boolean;
  /** Whether what was asked for is done; it is noted together with the deed. */
  readonly isCommitted: boolean;
  /** What was answered, sealed; null: nothing was, so far. */
  readonly reply: string | null;
}

/** What becomes of a request: it is done now, or what was answered is answered again, or it is refused. */
export type Claim =
  | { readonly kind: 'granted' | 'other_request' | 'under_way' | 'lost' }
  | { readonly kind: 'answered'; readonly reply: string };

/** Judges a request by what is kept of its key; null: nothing. */
export function judgeClaim(
  record: KeyRecord | null,
  { fingerprint, now }: { readonly fingerprint: string; readonly now: number },
): Claim {
  if (record === null || record.claimedAt <= now - keyKeptMs) return { kind: 'granted' };
  if (record.fingerprint !== fingerprint) return { kind: 'other_request' };
  if (record.reply !== null) return { kind: 'answered', reply: record.reply };
  if (record.isUnderWay && record.claimedAt > now - longestRequestMs) return { kind: 'under_way' };
  // Whoever was at it is gone: what was not done is done now, what was done is never done again.
  return { kind: record.isCommitted ? 'lost' : 'granted' };
}

/** Keys as they are kept. What it writes is seen in no list. */
export interface RequestKeys {
  /** Judges by {@link judgeClaim} and, where it is granted, takes the key for this process: of several at once, one. */
  claim(of: RequestKey, fingerprint: string): Promise<Claim>;
  /** Keeps the answer to a request whose key was taken here. */
  answer(of: RequestKey, reply: string): Promise<void>;
  /** Gives a key back that was taken here: it is as if it had never come, unless its deed is done. */
  release(of: RequestKey): Promise<void>;
}

/** The part of it that belongs to the transaction of the deed. */
export interface DoneKeys {
  /** Notes that what was asked for is done. */
  add(of: RequestKey): Promise<void>;
}
