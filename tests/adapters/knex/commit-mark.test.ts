/** The mark that every commit changes: right beside another connection, and read without the database. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openCommitMark } from '../../../adapters/knex/commit-mark.ts';
import { openStore, type Store } from '../../../adapters/knex/store.ts';
import { aConfig } from '../../support/records.ts';

let directory: string;
let filename: string;
let store: Store;
let other: Store;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'ring-mark-'));
  filename = join(directory, 'ring.db');
  store = await openStore({ filename });
  other = await openStore({ filename });
});
afterEach(async () => {
  await Promise.all([store.close(), other.close()]);
  await rm(directory, { recursive: true });
});

const put = (one: Store, name: string) =>
  one.write(({ configs }) => configs.insert(aConfig({ id: name, name })));

test('it differs after every commit, whoever made it, and after nothing else', async () => {
  const mark = openCommitMark(filename);
  const marks = [mark.read()];
  const nextTurn = () => new Promise((resolve) => setImmediate(resolve));
  for (const name of ['a', 'b', 'c', 'd']) {
    await put(name < 'c' ? store : other, name);
    await nextTurn();
    marks.push(mark.read());
    await store.stores.configs.list([]);
    expect(mark.read()).toBe(marks.at(-1));
  }
  expect([new Set(marks).size, marks.includes(null)]).toEqual([5, false]);
  await Promise.all([store.close(), other.close()]);
  mark.close();
});

test('it goes on in the next file when SQLite has deleted the one that it was read from', async () => {
  const mark = openCommitMark(filename);
  const nextTurn = () => new Promise((resolve) => setImmediate(resolve));
  const marks = [mark.read()];
  await Promise.all([store.close(), other.close()]);
  [store, other] = [await openStore({ filename }), await openStore({ filename })];
  for (const name of ['a', 'b']) {
    await nextTurn();
    // The first reading finds the file deleted and asks for the next.
    mark.read();
    await nextTurn();
    marks.push(mark.read());
    await put(store, name);
  }
  await nextTurn();
  marks.push(mark.read());
  expect([new Set(marks).size, marks.includes(null)]).toEqual([4, false]);
  await Promise.all([store.close(), other.close()]);
  mark.close();
});

test('there is none for a database in memory', () => {
  expect(openCommitMark(':memory:').read()).toBeNull();
});

test('what was made is served while the database is busy with a write, and made anew after it', async () => {
  const names = async () => (await store.stores.configs.list([])).map(({ name }) => name);
  const read = async () => (await store.cache.json('names', names)).text;
  await put(other, 'before');
  expect(await read()).toBe('["before"]');
  let end = (): void => undefined;
  const held = new Promise<void>((resolve) => {
    end = resolve;
  });
  const writing = store.write(async ({ configs }) => {
    await configs.insert(aConfig({ id: 'during', name: 'during' }));
    await held;
  });
  expect(await read()).toBe('["before"]');
  end();
  await writing;
  expect(await read()).toBe('["before","during"]');
});

test('a write of this process is seen at once by whoever asks after it', async () => {
  const names = async () => (await store.stores.configs.list([])).map(({ name }) => name);
  for (let round = 0; round < 50; round += 1) {
    const before = store.cache.json('names', names);
    const after = put(store, `c${round}`).then(() => store.cache.json('names', names));
    await before;
    expect(JSON.parse((await after).text)).toHaveLength(round + 1);
  }
});
