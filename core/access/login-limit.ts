/**
 * Limits password guessing: failed logins for one name from one address are slowed down, and no name or address can
 * occupy all places of the queue. Only logins count, never requests with a token. State is in memory and bounded.
 */
import { RingError } from '../errors.ts';
import type { Clock } from '../ports.ts';

/** The name and the address of a login. */
export interface LoginAttempt {
  readonly username: string;
  /** The address of the connection; null when the host does not report it. */
  readonly address: string | null;
}

/**
 * Runs the password check, which returns whether it matched. TOO_MANY_REQUESTS, with the seconds to wait, while logins
 * for this name from this address are paused or too many checks are running.
 */
export type LoginLimit = (attempt: LoginAttempt, check: () => Promise<boolean>) => Promise<boolean>;

/** The number of failed logins without a pause, the length of pauses, and how long failures are remembered. */
export interface LoginLimitOptions {
  /** Failed logins in a row before the first pause. */
  readonly free?: number;
  readonly longestPauseMs?: number;
  /** How long failed logins are remembered after the last one, in ms. */
  readonly rememberedMs?: number;
  readonly mostRemembered?: number;
  /** Concurrent checks for one name from one address. */
  readonly atOncePerName?: number;
  /** Concurrent checks from one address. */
  readonly atOncePerAddress?: number;
}

interface Failures {
  readonly count: number;
  readonly lastAt: number;
}

const firstPauseMs = 1_000;

/** Makes a limit without any failed logins. */
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
    // Re-insert at the end, so that the first entry is the oldest.
    failures.delete(key);
    failures.set(key, { count: count + 1, lastAt: now() });
    const [oldest] = failures.keys();
    if (failures.size > mostRemembered && oldest !== undefined) failures.delete(oldest);
  };

  return async ({ username, address }, check) => {
    const key = JSON.stringify([username, address]);
    const pauseMs = pauseOf(key);
    if (pauseMs > 0) throw tooMany('Too many failed logins for this name', pauseMs / 1000);
    const run = () => names(key, check);
    const fits = await (address === null ? run() : addresses(address, run));
    if (fits) failures.delete(key);
    else noteFailure(key);
    return fits;
  };
};

/** Limits concurrent work per key; TOO_MANY_REQUESTS beyond that. */
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
