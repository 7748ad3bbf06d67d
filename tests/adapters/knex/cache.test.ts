/** The cache: right whatever is written when, made once for all who wait, bounded. */
import { describe, expect, test } from 'vitest';
import { makeCache } from '../../../adapters/knex/cache.ts';
import { Json } from '../../../core/json.ts';

/** A promise that a test settles. */
function gate<T>() {
  let open: (value: T) => void = () => undefined;
  const promise = new Promise<T>((resolve) => {
    open = resolve;
  });
  return { promise, open };
}

/** A database of one number that a write raises. */
function makeWorld() {
  const world = { version: 0, checks: 0, made: [] as string[] };
  const readVersion = async () => {
    world.checks += 1;
    return String(world.version);
  };
  const make = (name: string) => async () => {
    world.made.push(`${name}@${world.version}`);
    return world.version;
  };
  return { world, readVersion, make };
}

describe('the cache', () => {
  test('makes a text once until something is written', async () => {
    const { world, readVersion, make } = makeWorld();
    const cache = makeCache({ readVersion });
    expect([(await cache.json('a', make('a'))).text, (await cache.json('a', make('a'))).text]).toEqual([
      '0',
      '0',
    ]);
    world.version += 1;
    expect((await cache.json('a', make('a'))).text).toBe('1');
    expect(world.made).toEqual(['a@0', 'a@1']);
  });

  test('takes a text that is made already as it is, and keeps values and texts apart', async () => {
    const { readVersion } = makeWorld();
    const cache = makeCache({ readVersion });
    const value = { some: 'value' };
    expect((await cache.json('a', async () => new Json<number>('[1, 2]'))).text).toBe('[1, 2]');
    expect(await cache.value('a', async () => value)).toBe(value);
    expect(await cache.value('a', async () => ({ some: 'other' }))).toBe(value);
  });

  test('makes one thing for all who ask at once, after one check', async () => {
    const { world, readVersion, make } = makeWorld();
    const cache = makeCache({ readVersion });
    await Promise.all(Array.from({ length: 50 }, () => cache.json('a', make('a'))));
    expect(world.made).toEqual(['a@0']);
    expect(world.checks).toBeLessThanOrEqual(2);
  });

  test('hands an error to all who wait for it, and keeps none', async () => {
    const { readVersion } = makeWorld();
    const cache = makeCache({ readVersion });
    const failing = () => Promise.reject(new Error('no'));
    const asked = await Promise.allSettled([cache.json('a', failing), cache.json('a', failing)]);
    expect(asked.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect((await cache.json('a', async () => 1)).text).toBe('1');
  });

  test('does not serve what was begun before a write to who asks after it', async () => {
    const { world, readVersion } = makeWorld();
    const cache = makeCache({ readVersion });
    const slow = gate<number>();
    const early = cache.json('a', () => slow.promise);
    await Promise.resolve();
    world.version += 1;
    const late = cache.json('a', async () => 1);
    expect((await late).text).toBe('1');
    slow.open(0);
    expect((await early).text).toBe('0');
    expect((await cache.json('a', async () => 2)).text).toBe('1');
  });

  test('passes on that the check failed, and asks again the next time', async () => {
    let down = true;
    const readVersion = async () => {
      if (down) throw new Error('down');
      return '1';
    };
    const cache = makeCache({ readVersion });
    await expect(cache.json('a', async () => 1)).rejects.toThrow('down');
    down = false;
    expect((await cache.json('a', async () => 1)).text).toBe('1');
  });

  test('keeps a bounded number, those used last', async () => {
    const { world, readVersion, make } = makeWorld();
    const cache = makeCache({ readVersion, maxEntries: 2 });
    for (const key of ['a', 'b', 'a', 'c', 'a', 'b']) await cache.json(key, make(key));
    expect(world.made).toEqual(['a@0', 'b@0', 'c@0', 'b@0']);
  });

  test('keeps a bounded size, and nothing that is larger by itself', async () => {
    const { readVersion } = makeWorld();
    const cache = makeCache({ readVersion, maxBytes: 100 });
    const made: string[] = [];
    const text = (key: string, length: number) =>
      cache.json(key, async () => {
        made.push(key);
        return new Json<string>('x'.repeat(length));
      });
    for (const [key, length] of [
      ['a', 20],
      ['b', 20],
      ['c', 20],
      ['b', 20],
      ['a', 20],
    ] as const) {
      await text(key, length);
    }
    await text('huge', 1000);
    await text('huge', 1000);
    expect(made).toEqual(['a', 'b', 'c', 'a', 'huge', 'huge']);
  });
});
