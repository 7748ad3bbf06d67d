/**
 * Collects garbage: gathers the facts, and takes away what the plan says is to go. One thing that cannot go never stops the
 * others. When that happens is for the loop and for whoever asks by hand.
 */
import { RingError } from '../errors.ts';
import type { Clock, Lease, Log, ReconcilerStore } from '../ports.ts';
import type { Runtime } from '../runtime.ts';
import { RuntimeError } from '../runtime-error.ts';
import type { CleanableEngine } from './engine.ts';
import { type EngineFacts, type GcFacts, type GcPlan, type GcTerms, neededBy, planGc } from './plan.ts';
import type { Failure, GcPreview, GcReport, Item } from './report.ts';
import type { GcStore } from './store.ts';

/** What collecting garbage needs. */
export interface GcPorts {
  readonly store: GcStore;
  readonly reconciler: Pick<ReconcilerStore, 'desired'>;
  readonly runtime: CleanableEngine & Pick<Runtime, 'releaseNetwork'>;
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Log;
}

/** One turn, under the lease. */
interface Turn {
  readonly ports: GcPorts;
  readonly terms: GcTerms;
  readonly lease: Lease;
  /** Asked before each step. */
  readonly mayGoOn: () => boolean;
}

/** What would go, and what is to go later; changes nothing. Rejects with RuntimeError where the engine cannot be seen. */
export async function previewGc(ports: GcPorts, terms: GcTerms): Promise<GcPreview> {
  const pulled = await ports.store.pulled();
  const facts = await gather(ports, terms, { pulled, engine: await seeEngine(ports) });
  const { due, later } = planGc(facts, terms);
  return { automatic: terms.automatic, due: [...due], later: [...later], bytes: bytesOf(due) };
}

/** Does what is due, and says what came of it. LEASE_LOST when another took over meanwhile. */
export async function collectGarbage(turn: Turn): Promise<GcReport> {
  const { ports, terms, lease } = turn;
  const { store, clock } = ports;
  const startedAt = clock.now();
  const failed: Failure[] = [];
  const removed: Item[] = [];
  // First of all: whoever has lost the lease by now touches nothing.
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
 * In this order: a pull is noted once its image is there, so whatever is noted before the engine is looked at is seen
 * there or gone from it; and what is made of an image is declared before, so what needs it is asked for after.
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

/** What went; null where it is needed by now, or nothing was left of it. */
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
  // What was declared since the plan was made may need it.
  const isNeeded = neededBy(await store.needed());
  if (isNeeded({ imageId, names: item.names })) return null;
  const isGone = await runtime.removeImage(imageId, item.names);
  await store.forget(lease, [imageId]);
  return isGone ? item : { ...item, bytes: 0 };
}

async function removeNetwork(item: Item, { ports }: Turn): Promise<Item | null> {
  const desired = await ports.reconciler.desired();
  if (desired.some(({ record }) => record.namespace === item.id)) return null;
  await ports.runtime.releaseNetwork(item.id ?? '');
  return item;
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

/** What may be shown of an error; anything unexpected goes to the log alone. */
function wordsOf(error: unknown, { log }: GcPorts): string {
  if (error instanceof RuntimeError || error instanceof RingError) return error.message;
  log.error('Garbage collection failed at something', { error });
  return 'An unexpected error; the log of Ring has the details';
}
