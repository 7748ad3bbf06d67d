/** Events: by when they were last seen, repeats counted, a thousand of each deployment kept. */
import { describe, expect, test } from 'vitest';
import type { Store } from '../../adapters/knex/store.ts';
import type { NewEvent } from '../../core/event/event.ts';
import { aDeployment, anEvent, madeAt } from '../support/records.ts';
import { type Harness, insertAll } from './store-harness.ts';

const minute = (n: number) => new Date(Date.parse(madeAt) + n * 60_000).toISOString();

const add = (store: Store, ...events: readonly NewEvent[]) =>
  store.write((stores) => stores.events.add(events));

async function openWithWeb(harness: Harness): Promise<Store> {
  const store = await harness().open();
  await insertAll(store, aDeployment(), aDeployment({ name: 'api' }));
  return store;
}

const messages = async (store: Store, limit = 5000): Promise<string[]> =>
  (await store.stores.events.list('uid-web', { limit })).map(({ message }) => message);

/** Of events. */
export const storeKeepsEvents = (harness: Harness) =>
  describe('events', () => {
    test('come back in the order they were added, newest last', async () => {
      const store = await openWithWeb(harness);
      await add(
        store,
        anEvent({ message: 'one' }),
        anEvent({ message: 'two', level: 'error', at: minute(1) }),
      );
      await add(
        store,
        anEvent({ message: 'three', component: 'docker', reason: 'ContainerDied', at: minute(2) }),
      );
      const once = (at: string) => ({ timestamp: at, count: 1, first_seen: at, last_seen: at });
      const started = { component: 'scheduler', reason: 'ContainerStarted' };
      expect(await store.stores.events.list('uid-web', { limit: 50 })).toEqual([
        { id: 'event_1', level: 'info', ...started, message: 'one', ...once(madeAt) },
        { id: 'event_2', level: 'error', ...started, message: 'two', ...once(minute(1)) },
        {
          id: 'event_3',
          level: 'info',
          component: 'docker',
          reason: 'ContainerDied',
          message: 'three',
          ...once(minute(2)),
        },
      ]);
    });

    test('that repeat are counted in their row, within one call and across calls, whatever lies between', async () => {
      const store = await openWithWeb(harness);
      const other = (at: string) => anEvent({ message: 'other', at });
      await add(store, anEvent(), anEvent({ at: minute(1) }));
      await add(store, anEvent({ at: minute(2) }), other(minute(3)), anEvent({ at: minute(4) }));
      await add(store, other(minute(5)));
      expect(await store.stores.events.list('uid-web', { limit: 50 })).toMatchObject([
        { id: 'event_1', count: 4, first_seen: madeAt, last_seen: minute(4), timestamp: minute(4) },
        { id: 'event_2', count: 2, message: 'other', first_seen: minute(3), last_seen: minute(5) },
      ]);
    });

    test('that repeat move to the end, and those of one instant stay in the order they came', async () => {
      const store = await openWithWeb(harness);
      await add(store, ...['one', 'two', 'three'].map((message) => anEvent({ message })));
      await add(
        store,
        anEvent({ message: 'two', at: minute(1) }),
        anEvent({ message: 'one', at: minute(1) }),
      );
      expect(await messages(store)).toEqual(['three', 'one', 'two']);
      expect(await messages(store, 2)).toEqual(['one', 'two']);
    });

    test('that come with an earlier time are counted without going back', async () => {
      const store = await openWithWeb(harness);
      await add(store, anEvent({ at: minute(5) }), anEvent({ at: minute(1) }));
      expect(await store.stores.events.list('uid-web', { limit: 50 })).toMatchObject([
        { count: 2, first_seen: minute(5), last_seen: minute(5) },
      ]);
    });

    test('are told anew when they were last seen more than a day ago', async () => {
      const store = await openWithWeb(harness);
      const day = 24 * 60;
      await add(store, anEvent());
      await add(store, anEvent({ at: minute(day) }));
      await add(store, anEvent({ at: minute(2 * day + 1) }), anEvent({ at: minute(2 * day + 2) }));
      expect(await store.stores.events.list('uid-web', { limit: 50 })).toMatchObject([
        { id: 'event_1', count: 2, last_seen: minute(day) },
        { id: 'event_2', count: 2, first_seen: minute(2 * day + 1) },
      ]);
    });

    test.each([
      [49, 1],
      [50, 2],
    ])('with %i others since they were last seen are %i rows', async (others, rows) => {
      const store = await openWithWeb(harness);
      await add(store, anEvent());
      await add(
        store,
        ...Array.from({ length: others }, (_, n) => anEvent({ message: `${n}`, at: minute(1) })),
      );
      await add(store, anEvent({ at: minute(2) }));
      const again = (await messages(store)).filter((message) => message === anEvent().message);
      expect(again).toHaveLength(rows);
    });

    test('that differ in reason, level or component are no repeats', async () => {
      const store = await openWithWeb(harness);
      await add(
        store,
        anEvent(),
        anEvent({ reason: 'ContainerDied' }),
        anEvent({ reason: 'ContainerDied', level: 'error' }),
        anEvent({ reason: 'ContainerDied', level: 'error', component: 'docker' }),
      );
      expect(await messages(store)).toHaveLength(4);
    });

    test('of one deployment are not repeats of another one', async () => {
      const store = await openWithWeb(harness);
      await add(store, anEvent(), anEvent({ uid: 'uid-api' }), anEvent(), anEvent({ uid: 'uid-api' }));
      expect(await store.stores.events.list('uid-web', { limit: 50 })).toMatchObject([
        { id: 'event_1', count: 2 },
      ]);
      expect(await store.stores.events.list('uid-api', { limit: 50 })).toMatchObject([
        { id: 'event_2', count: 2 },
      ]);
    });

    test('are limited to the newest', async () => {
      const store = await openWithWeb(harness);
      await add(store, ...['one', 'two', 'three'].map((message) => anEvent({ message })));
      expect(await messages(store, 2)).toEqual(['two', 'three']);
      expect(await messages(store, 0)).toEqual([]);
    });

    test('of a level are the newest of that level', async () => {
      const store = await openWithWeb(harness);
      const levels = ['error', 'error', 'info', 'warning', 'info'] as const;
      await add(store, ...levels.map((level, index) => anEvent({ level, message: `${index}` })));
      const errors = await store.stores.events.list('uid-web', { level: 'error', limit: 1 });
      expect(errors).toMatchObject([{ message: '1', level: 'error' }]);
    });

    test('are kept up to a thousand of each deployment, those that were seen last', async () => {
      const store = await openWithWeb(harness);
      await add(store, anEvent({ uid: 'uid-api' }));
      const many = Array.from({ length: 1203 }, (_, index) => anEvent({ message: `${index}` }));
      await add(store, ...many.slice(0, 900));
      await add(store, ...many.slice(900));
      const kept = await messages(store);
      expect([kept.length, kept[0], kept.at(-1)]).toEqual([1000, '203', '1202']);
      expect(await store.stores.events.list('uid-api', { limit: 5 })).toHaveLength(1);
    });

    test('are kept for as long as they are seen again', async () => {
      const store = await openWithWeb(harness);
      for (let round = 0; round < 30; round += 1) {
        const others = Array.from({ length: 45 }, (_, n) =>
          anEvent({ message: `${round}-${n}`, at: minute(round) }),
        );
        await add(store, ...others, anEvent({ message: 'lasting', at: minute(round) }));
      }
      const kept = await store.stores.events.list('uid-web', { limit: 5000 });
      expect(kept).toHaveLength(1000);
      expect(kept.filter(({ message }) => message === 'lasting')).toMatchObject([{ count: 30 }]);
    });

    test('may say anything', async () => {
      const store = await openWithWeb(harness);
      const message = `'; drop table events; -- "\\ \u0000 \u{1F600} ü`;
      await add(store, anEvent({ message }));
      expect(await messages(store)).toEqual([message]);
    });

    test('of a deployment that is gone are dropped', async () => {
      const store = await openWithWeb(harness);
      await add(store, anEvent({ uid: 'uid-gone' }), anEvent());
      expect(await store.stores.events.list('uid-gone', { limit: 5 })).toEqual([]);
      expect(await messages(store)).toHaveLength(1);
    });
  });
