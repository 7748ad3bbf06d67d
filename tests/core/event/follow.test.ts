import { expect, it } from 'vitest';
import { type FollowEventsQuery, type FollowedEvent, followEvents } from '../../../core/event/follow.ts';
import { makeStop } from '../../../core/log/stop.ts';
import { type FakeStore, makeFakeStore } from '../../support/fake-store.ts';
import { purge } from '../../support/observed.ts';
import { aDeployment, anEvent, aRevision, madeAt } from '../../support/records.ts';
import { makeVirtualClock, settle, type VirtualClock } from '../../support/virtual-clock.ts';

interface World {
  readonly store: FakeStore;
  readonly clock: VirtualClock;
  /** All that a new follower was told so far. */
  follow(query?: Partial<FollowEventsQuery>): () => Promise<readonly unknown[]>;
  /** A follower that is asked by hand. */
  open(query?: Partial<FollowEventsQuery>): AsyncGenerator<FollowedEvent>;
}

async function openWorld(): Promise<World> {
  const clock = makeVirtualClock();
  const store = makeFakeStore({ now: clock.now });
  await store.write(({ deployments }) => deployments.insert(aDeployment(), aRevision()));
  const { feed, changes, cache, stores } = store;
  const open = (query: Partial<FollowEventsQuery> = {}) =>
    followEvents(
      { filter: {}, limit: 50, ...query },
      { feed, changes, cache, clock, deployments: stores.deployments, signal: makeStop().signal },
    );
  const follow = (query: Partial<FollowEventsQuery> = {}) => {
    const told: unknown[] = [];
    const read = async () => {
      for await (const one of open(query)) told.push(shown(one));
      told.push('over');
    };
    void read();
    return async () => {
      for (let turn = 0; turn < 20; turn += 1) await settle();
      return told.splice(0);
    };
  };
  return { store, clock, follow, open };
}

const shown = (one: FollowedEvent): unknown =>
  one.kind === 'event'
    ? `${one.recorded.sequence} ${one.recorded.event.message} x${one.recorded.event.count}`
    : one.kind === 'gap'
      ? `gap after ${one.after}: ${one.reason}`
      : one.kind;

const say = (store: FakeStore, ...messages: readonly string[]) =>
  store.write(({ events }) => events.add(messages.map((message) => anEvent({ message }))));

it('tells the newest there are, then what is told, with repeats as updates', async () => {
  const { store, follow } = await openWorld();
  await say(store, 'one', 'two', 'three');
  const told = follow({ limit: 2 });
  expect(await told()).toEqual(['2 two x1', '3 three x1']);
  await say(store, 'four');
  await say(store, 'one');
  expect(await told()).toEqual(['4 four x1', '5 one x2']);
});

it('goes on where a reader who comes back was, with nothing missing and nothing twice', async () => {
  const { store, follow } = await openWorld();
  const messages = Array.from({ length: 250 }, (_, n) => `${n}`);
  await say(store, ...messages);
  const told = await follow({ after: 20 })();
  expect(told).toEqual(messages.slice(20).map((message, n) => `${n + 21} ${message} x1`));
});

it('says so when what followed is not kept any more, once', async () => {
  const { store, follow } = await openWorld();
  await say(store, 'first');
  await say(store, ...Array.from({ length: 1100 }, (_, n) => `${n}`));
  const told = follow({ after: 1 });
  const first = await told();
  expect([first.length, first[0], first[1], first.at(-1)]).toEqual([
    1001,
    'gap after 1: not_kept',
    '102 100 x1',
    '1101 1099 x1',
  ]);
  await say(store, 'next');
  expect(await told()).toEqual(['1102 next x1']);
});

it('says so when the number was never given here, and begins with the newest', async () => {
  const { store, follow } = await openWorld();
  await say(store, 'one', 'two');
  expect(await follow({ after: 7, limit: 1 })()).toEqual(['gap after 7: unknown_id', '2 two x1']);
});

it('tells a slow reader what it missed, and what was lost meanwhile', async () => {
  const { store, open } = await openWorld();
  await say(store, 'one');
  const follower = open({ limit: 1 });
  const next = async () => shown((await follower.next()).value);
  expect(await next()).toBe('1 one x1');
  await say(store, ...Array.from({ length: 1200 }, (_, n) => `${n}`));
  expect(await next()).toBe('gap after 1: not_kept');
  expect(await next()).toBe('202 200 x1');
  for (let n = 0; n < 98; n += 1) await next();
  await say(store, ...Array.from({ length: 500 }, (_, n) => `more ${n}`));
  expect(await next()).toBe('301 299 x1');
  expect(await next()).toBe('gap after 301: not_kept');
  await follower.return(undefined);
});

it('passes over what is not wanted', async () => {
  const { store, follow } = await openWorld();
  const errors = follow({ filter: { level: 'error' } });
  await say(store, 'fine');
  await store.write(({ events }) => events.add([anEvent({ message: 'wrong', level: 'error' })]));
  expect(await errors()).toEqual(['2 wrong x1']);
});

it('says every fifteen seconds that it is still there, and nothing in between', async () => {
  const { store, clock, follow } = await openWorld();
  const told = follow();
  expect(await told()).toEqual([]);
  await clock.pass(14_000);
  expect(await told()).toEqual([]);
  await clock.pass(1_000);
  expect(await told()).toEqual(['idle']);
  await say(store, 'one');
  expect(await told()).toEqual(['1 one x1']);
});

it('says so also while others are told of', async () => {
  const { store, clock, follow } = await openWorld();
  const told = follow({ filter: { level: 'error' } });
  for (let second = 0; second < 20; second += 1) {
    await say(store, `${second}`);
    await clock.pass(1_000);
  }
  expect(await told()).toEqual(['idle']);
});

it('ends with the one deployment that is followed, and goes on over others', async () => {
  const { store, follow } = await openWorld();
  const one = follow({ filter: { uid: 'uid-web' }, deployment: 'web' });
  const all = follow();
  await store.write(({ deployments }) =>
    deployments.update({ ...aDeployment(), deletedAt: madeAt, generation: 2 }, 1),
  );
  expect([await one(), await all()]).toEqual([[], []]);
  await purge(store, 'web');
  expect([await one(), await all()]).toEqual([['end', 'over'], []]);
});

it('ends with its reader', async () => {
  const { store, clock, open } = await openWorld();
  const { signal, stop } = makeStop();
  const { feed, changes, cache, stores } = store;
  const ports = { feed, changes, cache, clock, deployments: stores.deployments, signal };
  const next = followEvents({ filter: {}, limit: 1 }, ports).next();
  await settle();
  stop();
  expect(await next).toEqual({ done: true, value: undefined });
  await open().return(undefined);
});
