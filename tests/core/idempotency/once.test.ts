import { expect, it } from 'vitest';
import { type KeptReply, makeOnce, type RecordDone } from '../../../core/idempotency/once.ts';
import { makeCommandWorld } from '../../support/command-ports.ts';
import type { Moment } from '../../support/fake-store.ts';
import { aConfig } from '../../support/records.ts';

const request = { caller: '1', key: 'k-1', content: 'an order' };
const answer: KeptReply = { status: 201, headers: { etag: '"a"' }, body: '{"token":"hunter2"}' };

/** A world in which orders are taken: what is warned of is kept, and the store can fail. */
function openShop() {
  const world = makeCommandWorld();
  const failing: { at: Moment | null } = { at: null };
  const store = world.store.beside({
    now: world.clock.now,
    interrupt: (moment) => {
      if (moment === failing.at) throw new Error('The disk is full');
    },
  });
  const warned: string[] = [];
  const once = makeOnce({
    ...{ requestKeys: store.requestKeys, vault: world.vault, digest: world.ids.hash },
    log: { warn: (message) => void warned.push(message) },
  });
  const order = async (recordDone: RecordDone): Promise<KeptReply> => {
    await recordDone(store.write)(({ configs }) => configs.insert(aConfig()));
    return answer;
  };
  return { store, warned, once, order, failing };
}

it('does the work once, and answers again', async () => {
  const { once, order } = openShop();
  expect(await once(request, order)).toEqual({ reply: answer, isRepeated: false });
  expect(await once(request, order)).toEqual({ reply: answer, isRepeated: true });
});

it('answers also where the answer cannot be kept, and then does it never again', async () => {
  const { once, order, failing, warned } = openShop();
  const work = async (recordDone: RecordDone) => {
    const reply = await order(recordDone);
    failing.at = 'begin';
    return reply;
  };
  expect(await once(request, work)).toEqual({ reply: answer, isRepeated: false });
  failing.at = null;
  expect(warned).toEqual(['A reply could not be stored: repeats of this request will be refused']);
  await expect(once(request, order)).rejects.toMatchObject({ code: 'IDEMPOTENCY_REPLY_LOST' });
});

it('does anew what failed before anything was written, and says what failed', async () => {
  const { once, order } = openShop();
  const failure = new Error('The engine is away');
  await expect(once(request, () => Promise.reject(failure))).rejects.toBe(failure);
  expect(await once(request, order)).toEqual({ reply: answer, isRepeated: false });
});

it('throws what failed, also where the key cannot be given back', async () => {
  const { once, failing, warned } = openShop();
  const failure = new Error('The engine is away');
  const work = async () => {
    failing.at = 'begin';
    throw failure;
  };
  await expect(once(request, work)).rejects.toBe(failure);
  expect(warned).toEqual(['An Idempotency-Key could not be released']);
});

it('leaves nothing undone that is rolled back: the same request does it', async () => {
  const { once, order, store, failing } = openShop();
  const work = async (recordDone: RecordDone) => {
    failing.at = 'commit';
    return order(recordDone).finally(() => {
      failing.at = null;
    });
  };
  await expect(once(request, work)).rejects.toThrow('The disk is full');
  expect(await store.stores.configs.list([])).toEqual([]);
  expect(await once(request, order)).toEqual({ reply: answer, isRepeated: false });
});
