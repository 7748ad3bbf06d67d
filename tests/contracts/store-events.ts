/** Events: in order, repeats counted, the newest thousand of a deployment kept. */
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

    test('that repeat the latest are counted, within one call and across calls', async () => {
      const store = await openWithWeb(harness);
      await add(store, anEvent(), anEvent({ at: minute(1) }));
      await add(store, anEvent({ at: minute(2) }), anEvent({ message: 'other', at: minute(3) }));
      await add(store, anEvent({ message: 'other', at: minute(4) }), anEvent({ at: minute(5) }));
      expect(await store.stores.events.list('uid-web', { limit: 50 })).toMatchObject([
        { id: 'event_1', count: 3, first_seen: madeAt, last_seen: minute(2), timestamp: minute(2) },
        { id: 'event_2', count: 2, message: 'other', first_seen: minute(3), last_seen: minute(4) },
        { id: 'event_3', count: 1, first_seen: minute(5), last_seen: minute(5) },
      ]);
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

    test('are kept up to a thousand of each deployment', async () => {
      const store = await openWithWeb(harness);
      await add(store, anEvent({ uid: 'uid-api' }));
      const many = Array.from({ length: 1203 }, (_, index) => anEvent({ message: `${index}` }));
      await add(store, ...many.slice(0, 900));
      await add(store, ...many.slice(900));
      const kept = await messages(store);
      expect([kept.length, kept[0], kept.at(-1)]).toEqual([1000, '203', '1202']);
      expect(await store.stores.events.list('uid-api', { limit: 5 })).toHaveLength(1);
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
