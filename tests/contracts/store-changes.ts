/** Waiting for a change: whoever waits is told of each write of any process, and of nothing else. */
import { describe, expect, test } from 'vitest';
import type { Store } from '../../adapters/knex/store.ts';
import { aConfig, aDeployment, aRecording } from '../support/records.ts';
import { type Harness, holdLease, insertAll } from './store-harness.ts';

const insert = (store: Store, name: string) =>
  store.write(({ configs }) => configs.insert(aConfig({ name })));

/** Whether a promise has resolved once everything that is under way has had its turn. */
async function isOver(promise: Promise<unknown>): Promise<boolean> {
  let over = false;
  void promise.then(() => {
    over = true;
  });
  for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  return over;
}

const never = () => new AbortController().signal;

/** Of waiting for changes. */
export const storeTellsOfChanges = (harness: Harness) =>
  describe('changes', () => {
    test('have the same position while nothing is written, and another one after each write', async () => {
      const store = await harness().open();
      const positions = [await store.changes.position(), await store.changes.position()];
      await insert(store, 'one');
      positions.push(await store.changes.position());
      await insert(store, 'two');
      positions.push(await store.changes.position());
      expect(positions[0]).toBe(positions[1]);
      expect(new Set(positions).size).toBe(3);
    });

    test('have another position after a recording, and the same after a look that found nothing new', async () => {
      const store = await harness().open();
      await insertAll(store, aDeployment());
      const lease = await holdLease(store);
      const before = await store.changes.position();
      await store.reconciler.noteObserved(lease, '2024-01-15T10:30:00.000Z');
      const seen = await store.changes.position();
      await store.reconciler.record(lease, [aRecording()]);
      const recorded = await store.changes.position();
      expect([seen === before, recorded === before]).toEqual([true, false]);
    });

    test('are waited for until something is written here', async () => {
      const store = await harness().open();
      const waiting = store.changes.after(await store.changes.position(), never());
      expect(await isOver(waiting)).toBe(false);
      await insert(store, 'one');
      await waiting;
    });

    test('are waited for until something is recorded here', async () => {
      const store = await harness().open();
      await insertAll(store, aDeployment());
      const lease = await holdLease(store);
      const waiting = store.changes.after(await store.changes.position(), never());
      await store.reconciler.record(lease, [aRecording()]);
      await waiting;
    });

    test('are waited for until something is written by another process', async () => {
      const [one, other] = [await harness().open(), await harness().open()];
      const waiting = one.changes.after(await one.changes.position(), never());
      expect(await isOver(waiting)).toBe(false);
      await insert(other, 'one');
      await waiting;
    });

    test('that came before the wait end it at once', async () => {
      const store = await harness().open();
      const before = await store.changes.position();
      await insert(store, 'one');
      await store.changes.after(before, never());
    });

    test('are told to all who wait, once each', async () => {
      const store = await harness().open();
      const position = await store.changes.position();
      const all = [1, 2, 3].map(() => store.changes.after(position, never()));
      await insert(store, 'one');
      await Promise.all(all);
      const next = store.changes.after(await store.changes.position(), never());
      expect(await isOver(next)).toBe(false);
      await insert(store, 'two');
      await next;
    });

    test('are waited for no longer than the signal says', async () => {
      const store = await harness().open();
      const position = await store.changes.position();
      const ending = new AbortController();
      const waiting = store.changes.after(position, ending.signal);
      ending.abort();
      await waiting;
      await store.changes.after(position, ending.signal);
    });

    test('of a write that failed are none', async () => {
      const store = await harness().open();
      const before = await store.changes.position();
      await expect(store.write(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
      expect(await store.changes.position()).toBe(before);
    });
  });
