/** Events in the order in which they were told: over all deployments, numbers that are never given twice, and what is lost. */
import { describe, expect, test } from 'vitest';
import type { Store } from '../../adapters/knex/store.ts';
import type { NewEvent } from '../../core/event/event.ts';
import type { FeedFilter } from '../../core/event/feed.ts';
import { aDeployment, anEvent, aRecording, madeAt } from '../support/records.ts';
import { type Harness, holdLease, insertAll } from './store-harness.ts';

const minute = (n: number) => new Date(Date.parse(madeAt) + n * 60_000).toISOString();

const add = (store: Store, ...events: readonly NewEvent[]) =>
  store.write((stores) => stores.events.add(events));

const say = (message: string, changes: Partial<NewEvent> = {}) => anEvent({ message, ...changes });

async function openWithTwo(harness: Harness): Promise<Store> {
  const store = await harness().open();
  await insertAll(store, aDeployment(), aDeployment({ name: 'api', namespace: 'prod' }));
  return store;
}

const newest = async (
  store: Store,
  filter: FeedFilter = {},
  page: { limit?: number; before?: number } = {},
) => (await store.feed.newest(filter, { limit: 50, ...page })).map(({ event }) => event.message);

const since = async (store: Store, sequence: number, filter: FeedFilter = {}) => {
  const { events, ...rest } = await store.feed.after(sequence, filter, 50);
  return { said: events.map(({ event }) => event.message), ...rest };
};

/** Of the feed. */
export const storeFeedsEvents = (harness: Harness) =>
  describe('the feed of events', () => {
    test('holds what was told of all deployments, in that order, whatever the clocks said', async () => {
      const store = await openWithTwo(harness);
      await add(store, say('one', { at: minute(5) }), say('two', { uid: 'uid-api', at: minute(3) }));
      await add(store, say('three', { at: minute(1) }));
      const { events } = await store.feed.after(0, {}, 50);
      const once = (at: string) => ({ timestamp: at, count: 1, first_seen: at, last_seen: at });
      const common = { level: 'info', component: 'scheduler', reason: 'ContainerStarted' };
      const [web, api] = [
        { deployment: 'web', namespace: 'default' },
        { deployment: 'api', namespace: 'prod' },
      ];
      expect(events).toEqual([
        { sequence: 1, event: { id: 'event_1', ...common, message: 'one', ...once(minute(5)), ...web } },
        { sequence: 2, event: { id: 'event_2', ...common, message: 'two', ...once(minute(3)), ...api } },
        { sequence: 3, event: { id: 'event_3', ...common, message: 'three', ...once(minute(1)), ...web } },
      ]);
    });

    test('gives what is told again another number, once for each write', async () => {
      const store = await openWithTwo(harness);
      await add(store, say('one'), say('two'));
      await add(store, say('one'), say('three'), say('one'));
      const { events } = await store.feed.after(2, {}, 50);
      expect(events).toMatchObject([
        { event: { id: 'event_3', message: 'three', count: 1 } },
        { event: { id: 'event_1', message: 'one', count: 3 } },
      ]);
      expect(await newest(store)).toEqual(['two', 'three', 'one']);
    });

    test('is filtered by deployment, namespace and level', async () => {
      const store = await openWithTwo(harness);
      await add(store, say('web'), say('api', { uid: 'uid-api' }), say('wrong', { level: 'error' }));
      expect(await newest(store, { uid: 'uid-web' })).toEqual(['web', 'wrong']);
      expect(await newest(store, { deployments: ['api'] })).toEqual(['api']);
      expect(await newest(store, { deployments: ['api.prod', 'web'] })).toEqual(['web', 'api', 'wrong']);
      expect(await newest(store, { namespaces: ['prod'] })).toEqual(['api']);
      expect(await newest(store, { level: 'error' })).toEqual(['wrong']);
      expect(await newest(store, { level: 'error', namespaces: ['prod'] })).toEqual([]);
      expect(await newest(store, { namespaces: [], deployments: [] })).toHaveLength(3);
      expect((await since(store, 0, { level: 'error' })).said).toEqual(['wrong']);
    });

    test('is read in parts, from its end and from any number on', async () => {
      const store = await openWithTwo(harness);
      await add(store, ...['1', '2', '3', '4', '5'].map((text) => say(text)));
      expect(await newest(store, {}, { limit: 2 })).toEqual(['4', '5']);
      expect(await newest(store, {}, { limit: 2, before: 4 })).toEqual(['2', '3']);
      expect(await newest(store, {}, { limit: 0 })).toEqual([]);
      const part = await store.feed.after(1, {}, 2);
      expect([part.events.map(({ sequence }) => sequence), part.until, part.last]).toEqual([[2, 3], 3, 5]);
      expect(await since(store, 3)).toEqual({ said: ['4', '5'], until: 5, last: 5, dropped: 0 });
      expect(await since(store, 5)).toEqual({ said: [], until: 5, last: 5, dropped: 0 });
      expect((await since(store, 0, { level: 'error' })).until).toBe(5);
    });

    test('says how far something is not kept any more: beyond a thousand, by garbage collection, and with a deployment', async () => {
      const store = await openWithTwo(harness);
      await add(store, ...Array.from({ length: 1002 }, (_, n) => say(`${n}`, { at: minute(n) })));
      await add(store, say('api', { uid: 'uid-api', at: minute(2000) }));
      const dropped = async (filter: FeedFilter = {}) => (await store.feed.after(0, filter, 1)).dropped;
      expect([await dropped(), await dropped({ uid: 'uid-web' }), await dropped({ uid: 'uid-api' })]).toEqual(
        [2, 2, 0],
      );
      const lease = await holdLease(store);
      await store.gc.dropOld(lease, 'events', { eventsKept: 995, historyAgeMs: 1e12 });
      expect([await dropped(), await dropped({ uid: 'uid-web' })]).toEqual([7, 7]);
      await store.write(async ({ deployments }) => {
        const api = aDeployment({ name: 'api', namespace: 'prod', deletedAt: madeAt, generation: 2 });
        await deployments.update(api, 1);
      });
      await store.reconciler.record(lease, [
        aRecording({ uid: 'uid-api', generation: 2, observation: null, purge: true }),
      ]);
      expect([await dropped(), await dropped({ uid: 'uid-web' })]).toEqual([1003, 7]);
    });

    test('never gives a number twice, also when the newest event is gone', async () => {
      const store = await openWithTwo(harness);
      await add(store, say('api', { uid: 'uid-api' }));
      const lease = await holdLease(store);
      await store.write(({ deployments }) =>
        deployments.update(
          aDeployment({ name: 'api', namespace: 'prod', deletedAt: madeAt, generation: 2 }),
          1,
        ),
      );
      await store.reconciler.record(lease, [
        aRecording({ uid: 'uid-api', generation: 2, observation: null, purge: true }),
      ]);
      await add(store, say('web'));
      const { events, last, dropped } = await store.feed.after(0, {}, 5);
      expect([events.map(({ sequence }) => sequence), last, dropped]).toEqual([[2], 2, 1]);
    });
  });
