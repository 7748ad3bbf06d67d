/**
 * Events in memory: counts repeats, keeps a thousand events of each deployment, and preserves the order of recording.
 */
import type { EventView, NewEvent } from '../../core/event/event.ts';
import type { EventFeed, FeedFilter, SequencedEvent } from '../../core/event/feed.ts';
import { isRepeat, repeatableEvents } from '../../core/event/repeat.ts';
import type { Events } from '../../core/ports.ts';
import type { FakeData } from './fake-data.ts';

/** How many events of one deployment are kept. */
const eventsKept = 1000;

/** The Events port. */
export const makeFakeEvents = ({
  read,
  open,
}: {
  readonly read: () => Promise<FakeData>;
  readonly open: () => Promise<FakeData>;
}): Events => ({
  async add(events) {
    addEvents(await open(), events);
  },
  async list(uid, { level, limit }) {
    const all = (await read()).events.get(uid) ?? [];
    const wanted = all.filter((one) => level === undefined || one.level === level);
    return limit > 0 ? wanted.slice(-limit) : [];
  },
});

/** Adds events to the data, counting repeats; those of unknown deployments are dropped. */
export function addEvents(data: FakeData, events: readonly NewEvent[]): void {
  const repeatable = new Map<string, Set<string>>();
  for (const { uid, at, level, component, reason, message } of events) {
    if (!data.deployments.has(uid)) continue;
    const kept = data.events.get(uid) ?? [];
    const ids = repeatable.get(uid) ?? new Set(kept.slice(-repeatableEvents).map(({ id }) => id));
    const fresh = {
      timestamp: at,
      level,
      component,
      reason,
      message,
      count: 1,
      first_seen: at,
      last_seen: at,
    };
    const before = kept.findLast((one) => ids.has(one.id) && isRepeat(one, fresh));
    const next = before ? seenAgain(before, at) : { id: `event_${++data.lastEvent}`, ...fresh };
    data.sequences.set(next.id, ++data.lastSequence);
    repeatable.set(uid, ids.add(next.id));
    data.events.set(uid, [...kept.filter((one) => one !== before), next].sort(bySeen));
  }
  for (const uid of repeatable.keys()) {
    dropFakeEvents(data, uid, (data.events.get(uid) ?? []).slice(0, -eventsKept));
  }
}

const seenAgain = (before: EventView, at: string): EventView => {
  const lastSeen = at > before.last_seen ? at : before.last_seen;
  return { ...before, count: before.count + 1, timestamp: lastSeen, last_seen: lastSeen };
};

const bySeen = (one: EventView, other: EventView): number =>
  one.last_seen === other.last_seen
    ? one.id.length - other.id.length || (one.id < other.id ? -1 : 1)
    : one.last_seen < other.last_seen
      ? -1
      : 1;

/** Drops events of one deployment, and notes how far. */
export function dropFakeEvents(data: FakeData, uid: string, dropped: readonly EventView[]): void {
  const last = Math.max(0, ...dropped.map(({ id }) => data.sequences.get(id) ?? 0));
  data.events.set(
    uid,
    (data.events.get(uid) ?? []).filter((one) => !dropped.includes(one)),
  );
  data.droppedSequence = Math.max(data.droppedSequence, last);
  data.droppedOf.set(uid, Math.max(data.droppedOf.get(uid) ?? 0, last));
}

/** The EventFeed port. */
export const makeFakeEventFeed = (read: () => Promise<FakeData>): EventFeed => ({
  async newest(filter, { limit, before = Number.POSITIVE_INFINITY }) {
    const all = toldEvents(await read(), filter).filter(({ sequence }) => sequence < before);
    return limit > 0 ? all.slice(-limit) : [];
  },
  async after(sequence, filter, limit) {
    const data = await read();
    const events = toldEvents(data, filter)
      .filter((one) => one.sequence > sequence)
      .slice(0, limit);
    const last = data.lastSequence;
    const until = events.length < limit ? last : (events.at(-1)?.sequence ?? sequence);
    const { uid } = filter;
    const dropped = uid === undefined ? data.droppedSequence : (data.droppedOf.get(uid) ?? 0);
    return { events, until, last, dropped };
  },
});

const toldEvents = (
  data: FakeData,
  { uid, level, namespaces = [], deployments = [] }: FeedFilter,
): readonly SequencedEvent[] =>
  [...data.events]
    .flatMap(([of, events]) => {
      const record = data.deployments.get(of);
      if (!record || (uid !== undefined && uid !== of)) return [];
      const { id, name, namespace } = record;
      if (namespaces.length > 0 && !namespaces.includes(namespace)) return [];
      const isMeant = deployments.includes(id) || deployments.includes(`${name}.${namespace}`);
      if (deployments.length > 0 && !isMeant) return [];
      return events
        .filter((event) => level === undefined || event.level === level)
        .map((event) => ({
          sequence: data.sequences.get(event.id) ?? 0,
          event: { ...event, deployment: id, namespace },
        }));
    })
    .sort((one, other) => one.sequence - other.sequence);
