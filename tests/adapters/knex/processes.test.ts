/** Several processes on one file, some of them killed: nothing acknowledged is lost, nothing is held by the dead. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { openStore, type Store } from '../../../adapters/knex/store.ts';
import { makeScript, type Script } from '../../support/process.ts';
import { aConfig } from '../../support/records.ts';
import type { StoreCommand } from '../../support/store-process.ts';

let script: Script;
let directory = '';
let filename = '';
const opened: Store[] = [];

beforeAll(async () => {
  script = await makeScript('tests/support/store-process.ts');
});
afterAll(() => script.remove());
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'ring-processes-'));
  filename = join(directory, 'data', 'ring.db');
});
afterEach(async () => {
  for (const store of opened.splice(0)) await store.close();
  await rm(directory, { recursive: true });
});

const open = async () => {
  const store = await openStore({ filename });
  opened.push(store);
  return store;
};
const start = (command: Omit<StoreCommand, 'filename'>) =>
  script.start(JSON.stringify({ filename, ...command }));
const names = async (store: Store) => (await store.stores.configs.list([])).map(({ name }) => name);

test('a process killed at any moment has lost nothing that it said was written', async () => {
  for (const enough of [2, 5, 23]) {
    await rm(join(directory, 'data'), { recursive: true, force: true });
    const writer = start({ write: 'forever' });
    await writer.until((lines) => lines.length >= enough);
    await writer.kill();
    const store = await open();
    const kept = await names(store);
    expect(kept).toEqual(expect.arrayContaining(writer.lines.slice(1)));
    expect(kept.length).toBeLessThanOrEqual(writer.lines.length);
    await store.write(({ configs }) => configs.insert(aConfig({ name: 'after' })));
    await store.close();
  }
});

test('a process killed while it makes the database keeps nobody from making it', async () => {
  for (const afterMs of [0, 120, 160, 200, 240]) {
    await rm(join(directory, 'data'), { recursive: true, force: true });
    const maker = start({ write: ['one'] });
    await new Promise((resolve) => setTimeout(resolve, afterMs));
    await maker.kill();
    const store = await open();
    await store.write(({ configs }) => configs.insert(aConfig({ name: 'after' })));
    expect(await names(store)).toContain('after');
    await store.close();
  }
});

test('processes that open a new database at once agree on it, and write side by side without loss', async () => {
  const lists = [0, 1, 2].map((one) => Array.from({ length: 40 }, (_, index) => `config-${one}-${index}`));
  const writers = lists.map((write) => start({ write }));
  expect(await Promise.all(writers.map((writer) => writer.ended()))).toEqual([0, 0, 0]);
  expect(await names(await open())).toEqual(lists.flat().sort());
});

test('the lease of a process that was killed is free at once, that of a living one is not', async () => {
  const holder = start({ lease: true });
  await holder.until((lines) => lines.length >= 2);
  expect(holder.lines).toEqual(['open', 'lease 1']);
  const { reconciler } = await open();
  expect(await reconciler.acquireLease(1000)).toBeNull();
  await holder.kill();
  expect(await reconciler.acquireLease(1000)).toEqual({ fencing: 2 });
});

test('what another process wrote is never hidden by the cache', async () => {
  const store = await open();
  const cached = () => store.cache.json('names', () => names(store));
  expect((await cached()).text).toBe('[]');
  const writer = start({ write: ['one', 'two', 'three', 'four'] });
  for (const count of [2, 3, 4, 5]) {
    await writer.until((lines) => lines.length >= count);
    const seen: string[] = JSON.parse((await cached()).text);
    expect(seen).toEqual(expect.arrayContaining(writer.lines.slice(1, count)));
  }
});

test('a request whose process is killed is done by the next one, or known to be done, and never done twice', async () => {
  const order = { caller: '1', key: 'order' };
  const ends = { taken: 'granted', writing: 'granted', written: 'lost', answered: 'answered' } as const;
  for (const point of ['taken', 'writing', 'written', 'answered'] as const) {
    await rm(join(directory, 'data'), { recursive: true, force: true });
    const first = start({ order: point });
    await first.until((lines) => lines.includes(point));
    const store = await open();
    const isHeld = point === 'answered' ? 'answered' : 'under_way';
    // While another process is within a write of its own, nobody else can ask.
    if (point !== 'writing') {
      expect([point, (await store.requestKeys.claim(order, 'an order')).kind]).toEqual([point, isHeld]);
    }
    await first.kill();
    const claim = await store.requestKeys.claim(order, 'an order');
    const isDone = ends[point] !== 'granted';
    expect([point, claim.kind, await names(store)]).toEqual([point, ends[point], isDone ? ['order'] : []]);
    await store.close();
  }
});
