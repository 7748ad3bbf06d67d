/**
 * Follows events: first the newest existing ones, then new ones, one page at a time at the reader's pace. Reports a gap
 * when events were dropped before they could be sent.
 */
import { makeStop } from '../log/stop.ts';
import type { Cache, Clock, Deployments } from '../ports.ts';
import type { AbortSignalLike } from '../runtime.ts';
import type { Changes } from './changes.ts';
import type { EventFeed, FeedFilter, SequencedEvent } from './feed.ts';

/** An item for a follower: an event (repeated when its count was raised), a gap, a keep-alive, or the end. */
export type FollowedEvent =
  | { readonly kind: 'event'; readonly recorded: SequencedEvent }
  /** Some events after this number are not kept any more, or the number was never issued by this installation. */
  | { readonly kind: 'gap'; readonly after: number; readonly reason: 'not_kept' | 'unknown_id' }
  | { readonly kind: 'idle' }
  /** The followed deployment is gone. */
  | { readonly kind: 'end' };

/** What to follow. */
export interface FollowEventsQuery {
  readonly filter: FeedFilter;
  /** How many of the newest events come first. */
  readonly limit: number;
  /** The number of the last event that a returning reader received; undefined for a new reader. */
  readonly after?: number | undefined;
  /** The id of a single followed deployment: the stream ends with it. */
  readonly deployment?: string | undefined;
}

/** The ports that following needs. Readers abort the signal when they stop. */
export interface FollowEventsPorts {
  readonly feed: EventFeed;
  readonly changes: Changes;
  readonly deployments: Pick<Deployments, 'find'>;
  /** Shares reads among followers of the same query. */
  readonly cache: Cache;
  readonly clock: Clock;
  readonly signal: AbortSignalLike;
}

/** The maximum number of events in memory for one reader. */
const partSize = 100;
const idleMs = 15_000;

/** Yields until the signal aborts, or until the single followed deployment is gone. */
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
    // Read before looking, so that an event recorded in between counts as a change.
    const position = await changes.position();
    const part = await cache.value(`events/${at}/${JSON.stringify(filter)}`, () =>
      feed.after(at, filter, partSize),
    );
    if (part.dropped > Math.max(at, missing)) yield { kind: 'gap', after: at, reason: 'not_kept' };
    missing = Math.max(missing, part.dropped);
    for (const recorded of part.events) yield { kind: 'event', recorded };
    if (part.events.length > 0) spokeAt = clock.now();
    at = part.until;
    if (part.until < part.last) continue;
    if (await isGone(query, ports)) return yield { kind: 'end' };
    // Events of other deployments do not count as activity for this follower.
    if (!(await isSilentSince(spokeAt, position, ports))) continue;
    yield { kind: 'idle' };
    spokeAt = clock.now();
  }
}

/** Yields the first events; returns the number to continue after. */
async function* begin(
  { filter, limit, after }: FollowEventsQuery,
  feed: EventFeed,
): AsyncGenerator<FollowedEvent, number> {
  const { last } = await feed.after(after ?? 0, filter, 0);
  if (after !== undefined && after <= last) return after;
  if (after !== undefined) yield { kind: 'gap', after, reason: 'unknown_id' };
  const newest = await feed.newest(filter, { limit });
  for (const recorded of newest) yield { kind: 'event', recorded };
  return Math.max(last, newest.at(-1)?.sequence ?? 0);
}

const isGone = async (
  { deployment, filter }: FollowEventsQuery,
  { cache, deployments }: FollowEventsPorts,
): Promise<boolean> =>
  deployment !== undefined &&
  cache.value(`is-gone/${filter.uid}`, async () => (await deployments.find(deployment))?.uid !== filter.uid);

/** Waits for a change (returns false), or until a keep-alive is due (returns true). */
async function isSilentSince(
  spokeAt: number,
  position: string,
  { changes, clock, signal }: FollowEventsPorts,
): Promise<boolean> {
  // A clock that was set back must not prolong the silence.
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
