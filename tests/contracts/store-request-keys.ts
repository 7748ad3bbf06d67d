/** The keys of requests that are done once: who takes one, what is known of it later, and by whom. */
import { describe, expect, test } from 'vitest';
import type { Store } from '../../adapters/knex/store.ts';
import { aConfig, madeAt } from '../support/records.ts';
import { type Harness, holdLease } from './store-harness.ts';

const dayMs = 24 * 60 * 60 * 1000;
const start = Date.parse(madeAt);
const mine = { caller: '1', key: 'order-1' };
const granted = { kind: 'granted' };

/** Does the deed of a key: a config, and the note that it is done. */
const doDeed = ({ write }: Store, of = mine) =>
  write(async ({ configs, doneKeys }) => {
    await configs.insert(aConfig());
    await doneKeys.add(of);
  });

/** Of the keys of requests. */
export const storeKeepsRequestKeys = (harness: Harness) => {
  describe('the key of a request', () => {
    test('is taken once, and is another one for another caller', async () => {
      const { requestKeys } = await harness().open();
      expect(await requestKeys.claim(mine, 'a')).toEqual(granted);
      expect(await requestKeys.claim(mine, 'a')).toEqual({ kind: 'under_way' });
      expect(await requestKeys.claim({ ...mine, caller: '2' }, 'a')).toEqual(granted);
      expect(await requestKeys.claim({ ...mine, key: 'order-2' }, 'a')).toEqual(granted);
    });

    test('is granted to one of many that ask at once', async () => {
      const { requestKeys } = await harness().open();
      const claims = await Promise.all(Array.from({ length: 8 }, () => requestKeys.claim(mine, 'a')));
      expect(claims.map(({ kind }) => kind).sort()).toEqual(['granted', ...Array(7).fill('under_way')]);
    });

    test('brings what was answered, to other processes and after this one too', async () => {
      const store = await harness().open({ holder: 'one' });
      await store.requestKeys.claim(mine, 'a');
      await doDeed(store);
      await store.requestKeys.answer(mine, 'sealed answer');
      const answered = { kind: 'answered', reply: 'sealed answer' };
      const other = await harness().open({ holder: 'two' });
      expect(await store.requestKeys.claim(mine, 'a')).toEqual(answered);
      expect(await other.requestKeys.claim(mine, 'a')).toEqual(answered);
    });

    test('is refused to another request, whatever became of the first', async () => {
      const store = await harness().open();
      const other = { kind: 'other_request' };
      await store.requestKeys.claim(mine, 'a');
      expect(await store.requestKeys.claim(mine, 'b')).toEqual(other);
      await doDeed(store);
      expect(await store.requestKeys.claim(mine, 'b')).toEqual(other);
      await store.requestKeys.answer(mine, 'sealed answer');
      expect(await store.requestKeys.claim(mine, 'b')).toEqual(other);
    });

    test('given back is as if it had never come, unless its deed is done', async () => {
      const store = await harness().open();
      await store.requestKeys.claim(mine, 'a');
      await store.requestKeys.release(mine);
      expect(await store.requestKeys.claim(mine, 'b')).toEqual(granted);
      await doDeed(store);
      await store.requestKeys.release(mine);
      expect(await store.requestKeys.claim(mine, 'b')).toEqual({ kind: 'lost' });
    });

    test('is under way while the process that took it lives, and free when that is dead', async () => {
      const first = await harness().open({ holder: 'one' });
      await first.requestKeys.claim(mine, 'a');
      const beside = await harness().open({ holder: 'two', isHolderDead: () => false });
      expect(await beside.requestKeys.claim(mine, 'a')).toEqual({ kind: 'under_way' });
      const after = await harness().open({ holder: 'two', isHolderDead: (holder) => holder === 'one' });
      expect(await after.requestKeys.claim(mine, 'a')).toEqual(granted);
    });

    test('is lost where its process died after the deed and before the answer', async () => {
      const first = await harness().open({ holder: 'one' });
      await first.requestKeys.claim(mine, 'a');
      await doDeed(first);
      const after = await harness().open({ holder: 'two', isHolderDead: (holder) => holder === 'one' });
      expect(await after.requestKeys.claim(mine, 'a')).toEqual({ kind: 'lost' });
    });

    test('is not done where the deed was rolled back', async () => {
      const store = await harness().open({ holder: 'one' });
      await store.requestKeys.claim(mine, 'a');
      const failed = store.write(async ({ doneKeys }) => {
        await doneKeys.add(mine);
        throw new Error('rolled back');
      });
      await expect(failed).rejects.toThrow('rolled back');
      const after = await harness().open({ holder: 'two', isHolderDead: (holder) => holder === 'one' });
      expect(await after.requestKeys.claim(mine, 'a')).toEqual(granted);
    });

    test('ends nothing that another process has taken over meanwhile', async () => {
      const first = await harness().open({ holder: 'one' });
      await first.requestKeys.claim(mine, 'a');
      const after = await harness().open({ holder: 'two', isHolderDead: (holder) => holder === 'one' });
      await after.requestKeys.claim(mine, 'a');
      await first.requestKeys.release(mine);
      await first.requestKeys.answer(mine, 'of the first');
      expect(await after.requestKeys.claim(mine, 'a')).toEqual({ kind: 'under_way' });
    });

    test('that was never taken is neither answered nor done', async () => {
      const store = await harness().open();
      await store.requestKeys.answer(mine, 'sealed answer');
      await store.requestKeys.release(mine);
      await doDeed(store);
      expect(await store.requestKeys.claim(mine, 'a')).toEqual(granted);
    });

    test('is kept for a day, then it is free, and goes', async () => {
      let now = start;
      const store = await harness().open({ now: () => now });
      await store.requestKeys.claim(mine, 'a');
      await store.requestKeys.answer(mine, 'sealed answer');
      await store.requestKeys.claim({ ...mine, key: 'order-2' }, 'a');
      const limits = { eventsKept: 10, historyAgeMs: dayMs };
      now = start + dayMs - 1;
      const kept = [await store.requestKeys.claim(mine, 'a'), (await store.gc.countOld(limits)).request_keys];
      now = start + dayMs;
      const old = (await store.gc.countOld(limits)).request_keys;
      const renewed = await store.requestKeys.claim(mine, 'b');
      const dropped = await store.gc.dropOld(await holdLease(store), 'request_keys', limits);
      expect([kept, old, renewed, dropped]).toEqual([
        [{ kind: 'answered', reply: 'sealed answer' }, 0],
        2,
        granted,
        1,
      ]);
      expect((await store.gc.countOld(limits)).request_keys).toBe(0);
    });

    test('is seen in no list: nothing that was read becomes old by it', async () => {
      const store = await harness().open();
      const desired = await store.reconciler.desired();
      const before = await store.changes.position();
      await store.requestKeys.claim(mine, 'a');
      await store.requestKeys.answer(mine, 'sealed answer');
      expect(await store.changes.position()).toBe(before);
      expect(await store.reconciler.desired()).toBe(desired);
    });

    test('is noted as done only within a write', async () => {
      const { stores } = await harness().open();
      await expect(stores.doneKeys.add(mine)).rejects.toMatchObject({ code: 'INTERNAL' });
    });
  });
};
