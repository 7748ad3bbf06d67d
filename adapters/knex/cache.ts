/**
 * Texts and values that are made once and served until anything is written, by this process or another. Whether
 * something was written is asked once for all who wait; what is asked, the caller decides.
 */
import { inTurns } from '../../core/concurrency/in-turns.ts';
import { Json } from '../../core/json.ts';
import type { Cache } from '../../core/ports.ts';

/** Bounds of what is kept. */
export interface CacheOptions {
  /** Reads what changes with every write. */
  readonly readVersion: () => Promise<string>;
  readonly maxEntries?: number;
  /** Of texts, at two bytes a character; values in memory count as a few hundred each. */
  readonly maxBytes?: number;
}

/** What a value in memory is taken to weigh. */
const valueBytes = 512;

interface Entry {
  readonly made: Promise<unknown>;
  bytes: number;
}

/**
 * A request is served what was made for a version that was read after the request came. A making is filed under the
 * version that stood before it began, so what is written meanwhile is never missed.
 */
export function makeCache({
  readVersion,
  maxEntries = 2000,
  maxBytes = 32 * 1024 * 1024,
}: CacheOptions): Cache {
  const version = inTurns(readVersion);
  const entries = new Map<string, Entry>();
  let current = '';
  let bytes = 0;

  const drop = (key: string, entry: Entry) => {
    if (entries.get(key) !== entry) return;
    entries.delete(key);
    bytes -= entry.bytes;
  };

  const trim = () => {
    for (const [key, entry] of entries) {
      if (entries.size <= maxEntries && bytes <= maxBytes) return;
      drop(key, entry);
    }
  };

  const forgetOlder = (now: string) => {
    if (now === current) return;
    current = now;
    entries.clear();
    bytes = 0;
  };

  const keep = <T>(key: string, make: () => Promise<T>, weigh: (made: T) => number): Promise<T> => {
    const made = make();
    const entry: Entry = { made, bytes: 0 };
    entries.set(key, entry);
    trim();
    made.then(
      (value) => {
        if (entries.get(key) !== entry) return;
        entry.bytes = weigh(value);
        bytes += entry.bytes;
        trim();
      },
      () => drop(key, entry),
    );
    return made;
  };

  const get = async <T>(key: string, make: () => Promise<T>, weigh: (made: T) => number): Promise<T> => {
    forgetOlder(await version());
    const entry = entries.get(key);
    if (!entry) return keep(key, make, weigh);
    // Used last, dropped last.
    entries.delete(key);
    entries.set(key, entry);
    return entry.made as Promise<T>;
  };

  return {
    json<T>(key: string, make: () => Promise<T | Json<T>>) {
      const text = async () => {
        const made = await make();
        return made instanceof Json ? made : new Json<T>(JSON.stringify(made));
      };
      return get(`json ${key}`, text, (made) => made.text.length * 2);
    },
    value: (key, make) => get(`value ${key}`, make, () => valueBytes),
  };
}
