/**
 * Collects garbage: gathers the facts and removes what the plan lists; an item that cannot be removed does not stop the
 * others. When a collection runs is decided by the loop, or by whoever requests one by hand.
 */
import { RingError } from '../errors.ts';
import type { Clock, Lease, Log, ReconcilerStore } from '../ports.ts';
import type { Runtime } from '../runtime.ts';
import { RuntimeError } from '../runtime-error.ts';
import type { CleanableEngine } from './engine.ts';
import { type EngineFacts, type GcFacts, type GcPlan, type GcTerms, neededBy, planGc } from './plan.ts';
import type { Failure, GcPreview, GcReport, Item } from './report.ts';
import type { GcStore } from './store.ts';

/** The ports that garbage collection needs. */
export interface GcPorts {
  readonly store: GcStore;
  readonly reconciler: Pick<ReconcilerStore, 'desired'>;
  readonly runtime: CleanableEngine & Pick<Runtime, 'releaseNetwork'>;
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Log;
}

/** One collection, done under the lease. */
interface Turn {
  readonly ports: GcPorts;
  readonly terms: GcTerms;
  readonly lease: Lease;
  /** Whether to continue; checked before each removal. */
  readonly mayGoOn: () => boolean;
}

/**
 * Lists what would be removed now and what later; changes nothing. Rejects with RuntimeError if the engine cannot be
 * read.
 */
export async function previewGc(ports: GcPorts, terms: GcTerms): Promise<GcPreview> {
  const pulled = await ports.store.pulled();
  const facts = await gather(ports, terms, { pulled, engine: await seeEngine(ports) });
  const { due, later } = planGc(facts, terms);
  return { automatic: terms.automatic, due: [...due], later: [...later], bytes: bytesOf(due) };
}

/** Removes what is due and reports the outcome. LEASE_LOST if another process took the lease over meanwhile. */
export async function collectGarbage(turn: Turn): Promise<GcReport> {
  const { ports, terms, lease } = turn;
  const { store, clock } = ports;
  const startedAt = clock.now();
  const failed: Failure[] = [];
  const removed: Item[] = [];
  // This comes first: a process that has lost the lease by now must not touch anything.
  await store.noteRan(lease, startedAt);
  const pulled = await store.pulled();
  const engine = await seeEngine(ports).catch((error: unknown) => {
    failed.push({ ...unseenItem(startedAt), error: wordsOf(error, ports) });
    return null;
  });
  const plan = planGc(await gather(ports, terms, { pulled, engine }), terms);
  await remember(turn, plan);
  for (const item of [...plan.due.filter(({ kind }) => kind !== 'space'), spaceItem(startedAt)]) {
    if (!turn.mayGoOn()) break;
    try {
      const gone = await takeAway(item, turn);
      if (gone !== null) removed.push(gone);
    } catch (error) {
      if (error instanceof RingError && error.code === 'LEASE_LOST') throw error;
      failed.push({ ...item, error: wordsOf(error, ports) });
    }
  }
  const report = { removed, failed, later: [...plan.later], bytes: bytesOf(removed) };
  return { ...report, duration_ms: clock.now() - startedAt };
}

async function seeEngine({ runtime }: GcPorts): Promise<EngineFacts> {
  const [images, idleNetworks] = await Promise.all([runtime.listImages(), runtime.idleNetworks()]);
  return { images, idleNetworks };
}

/**
 * The order of the reads matters. A pull is noted only once its image is on the engine, so every pull noted before the
 * engine is read is either seen there or gone. A deployment is declared before a container is created from its image,
 * so the needed images are read after the engine.
 */
async function gather(
  { store, reconciler, clock }: GcPorts,
  terms: GcTerms,
  seen: Pick<GcFacts, 'pulled' | 'engine'>,
): Promise<GcFacts> {
  const [needed, desired, old, spareBytes] = await Promise.all([
    store.needed(),
    reconciler.desired(),
    store.countOld(terms),
    store.spareBytes(),
  ]);
  const namespaces = new Set(desired.map(({ record }) => record.namespace));
  return { now: clock.now(), ...seen, needed, namespaces, old, spareBytes };
}

async function remember({ ports: { store }, lease }: Turn, { unused, forgotten }: GcPlan): Promise<void> {
  if (unused.length > 0) await store.noteUnused(lease, unused);
  if (forgotten.length > 0) await store.forget(lease, forgotten);
}

/** Removes one item and returns it; null if it is needed again by now, or nothing of it was left. */
function takeAway(item: Item, turn: Turn): Promise<Item | null> {
  const { kind } = item;
  switch (kind) {
    case 'image':
      return removeImage(item, turn);
    case 'network':
      return removeNetwork(item, turn);
    case 'space':
      return giveBack(item, turn);
    case 'engine':
      return Promise.resolve(null);
    default:
      return dropOld({ ...item, kind }, turn);
  }
}

async function removeImage(item: Item, { ports, lease }: Turn): Promise<Item | null> {
  const { store, runtime } = ports;
  const imageId = item.id ?? '';
  // A deployment declared since the plan was made may need the image.
  const isNeeded = neededBy(await store.needed());
  if (isNeeded({ imageId, names: item.names })) return null;
  const isGone = await runtime.removeImage(imageId, item.names);
  await store.forget(lease, [imageId]);
  return isGone ? item : { ...item, bytes: 0 };
}

async function removeNetwork(item: Item, { ports }: Turn): Promise<Item | null> {
  const desired = await ports.reconciler.desired();
  if (desired.some(({ record }) => record.namespace === item.id)) return null;
  return (await ports.runtime.releaseNetwork(item.id ?? '')) ? item : null;
}

type RecordsItem = Item & { readonly kind: Exclude<Item['kind'], 'image' | 'network' | 'space' | 'engine'> };

async function dropOld(item: RecordsItem, { ports, terms, lease, mayGoOn }: Turn): Promise<Item | null> {
  let count = 0;
  for (let dropped = -1; dropped !== 0 && mayGoOn(); count += dropped) {
    dropped = await ports.store.dropOld(lease, item.kind, terms);
  }
  return count > 0 ? { ...item, count } : null;
}

async function giveBack(item: Item, { ports: { store }, mayGoOn }: Turn): Promise<Item | null> {
  if ((await store.spareBytes()) === 0) return null;
  let bytes = 0;
  for (let given = -1; given !== 0 && mayGoOn(); bytes += given) given = await store.giveBack();
  return bytes > 0 ? { ...item, bytes } : null;
}

const spaceItem = (now: number): Item => ({
  ...{ kind: 'space', id: null, names: [], bytes: 0, count: 1, due_at: new Date(now).toISOString() },
  reason: 'the database held that much of the disk and nothing in it',
});

const unseenItem = (now: number): Item => ({
  ...{ kind: 'engine', id: null, names: [], bytes: null, count: 0, due_at: new Date(now).toISOString() },
  reason: 'images and networks could not be looked at',
});

const bytesOf = (items: readonly Item[]): number => items.reduce((sum, { bytes }) => sum + (bytes ?? 0), 0);

/** The text of an error that may be shown to users; unexpected errors are only logged. */
function wordsOf(error: unknown, { log }: GcPorts): string {
  if (error instanceof RuntimeError || error instanceof RingError) return error.message;
  log.error('Garbage collection failed at something', { error });
  return 'An unexpected error; the log of Ring has the details';
}
