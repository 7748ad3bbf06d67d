/** A database that is too slow for one question about its health: what is written after it is seen as ever. */
import { execFileSync } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openStore, type Store } from '../../../adapters/knex/store.ts';
import { aConfig } from '../../support/records.ts';

let directory: string;
let store: Store;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'ring-slow-'));
  store = await openStore({ filename: join(directory, 'ring.db'), pingMs: 20 });
});
afterEach(async () => {
  await store.close();
  await rm(directory, { recursive: true });
});

/** Occupies all threads in which this process reads files and databases; returns the way to free them. */
function occupyThreads(): () => Promise<void> {
  const pipe = join(directory, 'pipe');
  execFileSync('mkfifo', [pipe]);
  const count = Number(process.env.UV_THREADPOOL_SIZE ?? 4);
  // Opening a pipe waits until somebody opens its other end.
  const opening = Array.from({ length: count }, () => open(pipe, 'r'));
  return async () => {
    const otherEnd = openSync(pipe, 'r+');
    for (const file of await Promise.all(opening)) await file.close();
    closeSync(otherEnd);
  };
}

test('a question that is not answered in time says so, and later ones are answered', async () => {
  const free = occupyThreads();
  const asked = [store.health.ping(), store.health.ping()];
  const unavailable = { status: 'rejected', reason: { code: 'DATABASE_UNAVAILABLE', retryAfterSeconds: 1 } };
  expect(await Promise.allSettled(asked)).toMatchObject([unavailable, unavailable]);
  await free();
  await store.health.ping();
});

test('what is written after it is seen in what was made before', async () => {
  const names = async () => (await store.stores.configs.list([])).map(({ name }) => name);
  const read = async () => (await store.cache.json('names', names)).text;
  const put = (name: string) => store.write(({ configs }) => configs.insert(aConfig({ id: name, name })));
  await put('before');
  expect(await read()).toBe('["before"]');
  const free = occupyThreads();
  const asked = store.health.ping();
  await expect(asked).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE' });
  await free();
  const positions = [await store.changes.position()];
  await put('one');
  expect(await read()).toBe('["before","one"]');
  positions.push(await store.changes.position());
  await put('two');
  expect(await read()).toBe('["before","one","two"]');
  positions.push(await store.changes.position());
  expect(new Set(positions).size).toBe(3);
});
