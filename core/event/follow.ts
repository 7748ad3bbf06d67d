/**
 * Follows events: the newest there are, then what is told, one part at a time and only as fast as whoever listens takes
 * it. What was not kept until it could be told is said to be missing.
 */
import { makeStop } from '../log/stop.ts';
import type { Cache, Clock, Deployments } from '../ports.ts';
import type { AbortSignalLike } from '../runtime.ts';
import type { Changes } from './changes.ts';
import type { EventFeed, FeedFilter, ToldEvent } from './feed.ts';

/** What a follower is told: an event (again, when its count was raised), a gap, that there still is nothing, or the end. */
export type FollowedEvent =
  | { readonly kind: 'event'; readonly told: ToldEvent }
  /** Some of what was told after this number is not kept any more, or the number was never given here. */
  | { readonly kind: 'gap'; readonly after: number; readonly reason: 'not_kept' | 'unknown_id' }
  | { readonly kind: 'idle' }
  /** The deployment that was followed is gone. */
  | { readonly kind: 'end' };

/** What is followed. */
export interface FollowEventsQuery {
  readonly filter: FeedFilter;
  /** How many of the newest come first. */
  readonly limit: number;
  /** The number of the last event that a reader who comes back has had; undefined: it is new. */
  readonly after?: number | undefined;
  /** Of the one deployment that is followed: the stream ends with it. */
  readonly deployment?: string | undefined;
}

/** What following needs. Whoever stops reading aborts the signal. */
export interface FollowEventsPorts {
  readonly feed: EventFeed;
  readonly changes: Changes;
  readonly deployments: Pick<Deployments, 'find'>;
  /** So that many who follow the same look once. */
  readonly cache: Cache;
  readonly clock: Clock;
  readonly signal: AbortSignalLike;
}

/** So many events are held for a reader at once. */
const partSize = 100;
const idleMs = 15_000;

/** Follows until the signal, or until the one deployment that is followed is gone. */
export async function* followEvents(
  query: FollowEventsQuery,
  ports: FollowEventsPorts,
): AsyncGenerator<FollowedEvent> {
  const { filter } = query;
  const { feed, changes, cache, clock, signal } = ports;
  let at = yield* begin(query, feed);
  let missing = at;
  let spokeAt = clock.now();
  while (!signal.aborted) {
    // Read before looking: what is told in between is another position.
    const position = await changes.position();
    const part = await cache.value(`events/${at}/${JSON.stringify(filter)}`, () =>
      feed.after(at, filter, partSize),
    );
    if (part.dropped > Math.max(at, missing)) yield { kind: 'gap', after: at, reason: 'not_kept' };
    missing = Math.max(missing, part.dropped);
    for (const told of part.events) yield { kind: 'event', told };
    if (part.events.length > 0) spokeAt = clock.now();
    at = part.until;
    if (part.until < part.last) continue;
    if (await isGone(query, ports)) return yield { kind: 'end' };
    // What happens to others is no sign of life to who follows this one.
    if (!(await isSilentSince(spokeAt, position, ports))) continue;
    yield { kind: 'idle' };
    spokeAt = clock.now();
  }
}

/** What comes first, and from where it goes on. */
async function* begin(
  { filter, limit, after }: FollowEventsQuery,
  feed: EventFeed,
): AsyncGenerator<FollowedEvent, number> {
  const { last } = await feed.after(after ?? 0, filter, 0);
  if (after !== undefined && after <= last) return after;
  if (after !== undefined) yield { kind: 'gap', after, reason: 'unknown_id' };
  const newest = await feed.newest(filter, { limit });
  for (const told of newest) yield { kind: 'event', told };
  return Math.max(last, newest.at(-1)?.sequence ?? 0);
}

const isGone = async (
  { deployment, filter }: FollowEventsQuery,
  { cache, deployments }: FollowEventsPorts,
): Promise<boolean> =>
  deployment !== undefined &&
  cache.value(`is-gone/${filter.uid}`, async () => (await deployments.find(deployment))?.uid !== filter.uid);

/** Waits for a change; or, and then true, until the reader should hear that it is still connected. */
async function isSilentSince(
  spokeAt: number,
  position: string,
  { changes, clock, signal }: FollowEventsPorts,
): Promise<boolean> {
  // A clock that was set back is no reason to be silent for longer.
  const left = Math.min(idleMs, idleMs - (clock.now() - spokeAt));
  const { signal: over, stop } = makeStop();
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  let idle = false;
  void clock.sleep(Math.max(0, left), over).then(() => {
    idle = !over.aborted;
    stop();
  });
  await changes.after(position, over);
  stop();
  signal.removeEventListener('abort', stop);
  return idle;
}
