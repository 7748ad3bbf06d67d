/**
 * How fast passwords may be guessed: wrong logins for one name from one address are slowed, and no name or address takes
 * all places of those that wait. Only logins count, never callers with a token. Kept in memory, within bounds.
 */
import { RingError } from '../errors.ts';
import type { Clock } from '../ports.ts';

/** Who tries to log in as whom. */
export interface LoginAttempt {
  readonly username: string;
  /** Where the connection comes from; null where the host does not say. */
  readonly address: string | null;
}

/**
 * Runs the check of a password, which says whether it fits. TOO_MANY_REQUESTS, with the seconds to wait, while logins for
 * this name from this address have to pause or too many are being checked already.
 */
export type LoginLimit = (attempt: LoginAttempt, check: () => Promise<boolean>) => Promise<boolean>;

/** How many wrong logins are free, how long pauses get, and what is kept. */
export interface LoginLimitOptions {
  /** Wrong logins in a row before the first pause. */
  readonly free?: number;
  readonly longestPauseMs?: number;
  /** How long wrong logins are remembered after the last one. */
  readonly rememberedMs?: number;
  readonly mostRemembered?: number;
  /** Checks at once for one name from one address. */
  readonly atOncePerName?: number;
  /** Checks at once from one address. */
  readonly atOncePerAddress?: number;
}

interface Failures {
  readonly count: number;
  readonly lastAt: number;
}

const firstPauseMs = 1_000;

/** Makes a limit that knows of no wrong login yet. */
export const makeLoginLimit = (
  { now }: Pick<Clock, 'now'>,
  {
    free = 5,
    longestPauseMs = 30_000,
    rememberedMs = 15 * 60_000,
    mostRemembered = 5_000,
    atOncePerName = 5,
    atOncePerAddress = 16,
  }: LoginLimitOptions = {},
): LoginLimit => {
  const failures = new Map<string, Failures>();
  const names = makePlaces(atOncePerName);
  const addresses = makePlaces(atOncePerAddress);

  const pauseOf = (key: string): number => {
    const known = failures.get(key);
    if (!known || known.count < free) return 0;
    const since = now() - known.lastAt;
    if (since >= rememberedMs) return 0;
    return Math.min(longestPauseMs, firstPauseMs * 2 ** (known.count - free)) - since;
  };
  const noteFailure = (key: string): void => {
    const known = failures.get(key);
    const count = known && now() - known.lastAt < rememberedMs ? known.count : 0;
    // The newest stand last, so that the first one is the oldest.
    failures.delete(key);
    failures.set(key, { count: count + 1, lastAt: now() });
    const [oldest] = failures.keys();
    if (failures.size > mostRemembered && oldest !== undefined) failures.delete(oldest);
  };

  return async ({ username, address }, check) => {
    const key = JSON.stringify([username, address]);
    const pauseMs = pauseOf(key);
    if (pauseMs > 0) throw tooMany('Too many wrong logins for this name', pauseMs / 1000);
    const run = () => names(key, check);
    const fits = await (address === null ? run() : addresses(address, run));
    if (fits) failures.delete(key);
    else noteFailure(key);
    return fits;
  };
};

/** Runs work a few at once for each key; TOO_MANY_REQUESTS beyond that. */
const makePlaces = (most: number) => {
  const taken = new Map<string, number>();
  return async <T>(key: string, work: () => Promise<T>): Promise<T> => {
    const before = taken.get(key) ?? 0;
    if (before >= most) throw tooMany('Too many logins at once', 1);
    taken.set(key, before + 1);
    try {
      return await work();
    } finally {
      const left = (taken.get(key) ?? 1) - 1;
      if (left > 0) taken.set(key, left);
      else taken.delete(key);
    }
  };
};

const tooMany = (message: string, retryAfterSeconds: number): RingError =>
  new RingError('TOO_MANY_REQUESTS', message, { retryAfterSeconds });
