/**
 * Caches texts and values until something is written, by this process or another; concurrent callers share one check of
 * the version. The caller decides what is computed and under which key.
 */
import { inTurns } from '../../core/concurrency/in-turns.ts';
import { Json } from '../../core/json.ts';
import type { Cache } from '../../core/ports.ts';

/** How to read the version, and the limits of the cache. */
export interface CacheOptions {
  /** Reads a version that changes with every write. */
  readonly readVersion: () => Promise<string>;
  readonly maxEntries?: number;
  /** The maximum size in bytes: two per character of a text; a value in memory counts as a few hundred. */
  readonly maxBytes?: number;
}

/** The assumed size of a value in memory, in bytes. */
const valueBytes = 512;

interface Entry {
  readonly made: Promise<unknown>;
  bytes: number;
}

/**
 * Makes a cache. A request gets only results made for a version that was read after the request arrived. A result is
 * stored under the version read before its computation began, so a write in between is never missed.
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
    // The entry is moved to the end, because the least recently used one is dropped first.
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
