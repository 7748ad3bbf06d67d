/**
 * Decides what is removed and why, purely from facts: images only if Ring itself brought them, no kept revision needs
 * them and no container is based on them; networks that nothing refers to; and old records. The removal itself is done
 * in clean.ts.
 */
import type { EngineImage } from './engine.ts';
import { plainName } from './image-names.ts';
import type { Item } from './report.ts';
import type { NeededImage, OldRecords, PulledImage, RecordCounts, RecordLimits } from './store.ts';

/** How long each kind of thing is kept. */
export interface GcTerms extends RecordLimits {
  /** Whether Ring collects garbage by itself. */
  readonly automatic: boolean;
  /** The time between two collections, ms. */
  readonly everyMs: number;
  /** How long an image is kept after nothing needs it any more, ms. */
  readonly imageGraceMs: number;
}

/** What was read from the engine. */
export interface EngineFacts {
  readonly images: readonly EngineImage[];
  /** Namespaces with a network that nothing refers to. */
  readonly idleNetworks: readonly string[];
}

/** All facts that a plan is made from. */
export interface GcFacts {
  /** The time of the collection, ms since 1970. */
  readonly now: number;
  readonly pulled: readonly PulledImage[];
  readonly needed: readonly NeededImage[];
  /** Namespaces that contain at least one deployment. */
  readonly namespaces: ReadonlySet<string>;
  /** null: the engine cannot be read, and nothing is known about it. */
  readonly engine: EngineFacts | null;
  readonly old: RecordCounts;
  readonly spareBytes: number;
}

/** What follows from the facts. */
export interface GcPlan {
  /** Items that may be removed now, in the order of removal. */
  readonly due: readonly Item[];
  /** Items that nothing needs but that are still kept, ordered by when they fall due. */
  readonly later: readonly Item[];
  /** What is to be stored about images. */
  readonly unused: readonly Pick<PulledImage, 'imageId' | 'unusedSince'>[];
  /** Images that are gone, or that somebody else has taken over. */
  readonly forgotten: readonly string[];
}

/** Plans a garbage collection. */
export function planGc(facts: GcFacts, terms: GcTerms): GcPlan {
  const images = facts.engine === null ? [] : imageFindings(facts, facts.engine, terms);
  const { idleNetworks } = facts.engine ?? { idleNetworks: [] };
  const items = images.flatMap(({ item }) => item ?? []);
  const isDue = ({ due_at }: Item): boolean => Date.parse(due_at) <= facts.now;
  return {
    due: [
      ...items.filter(isDue).sort(byId),
      ...idleNetworks
        .filter((namespace) => !facts.namespaces.has(namespace))
        .map((namespace) => networkItem(namespace, facts.now))
        .sort(byId),
      ...oldItems(facts),
    ],
    later: items.filter((item) => !isDue(item)).sort(byTime),
    unused: images.flatMap(({ unused }) => unused ?? []),
    forgotten: images.flatMap(({ forgotten }) => forgotten ?? []).sort(),
  };
}

interface ImageFinding {
  readonly item?: Item;
  readonly unused?: GcPlan['unused'][number];
  readonly forgotten?: string;
}

function imageFindings(facts: GcFacts, { images }: EngineFacts, terms: GcTerms): readonly ImageFinding[] {
  const there = new Map(images.map((image) => [image.imageId, image]));
  const isNeeded = neededBy(facts.needed);
  return facts.pulled.map((pulled) => {
    const { imageId } = pulled;
    const image = there.get(imageId);
    const own = image ? image.names.filter((name) => pulled.names.includes(name)) : [];
    // If all remaining names come from somebody else, the image belongs to them now.
    if (!image || (own.length === 0 && image.names.length > 0)) return { forgotten: imageId };
    const since = image.inUse || isNeeded(image) ? null : unusedSince(pulled, facts.now);
    const unused = since === pulled.unusedSince ? {} : { unused: { imageId, unusedSince: since } };
    if (since === null) return unused;
    const dueAt = new Date(Date.parse(since) + terms.imageGraceMs).toISOString();
    return { ...unused, item: imageItem(image, own, dueAt) };
  });
}

/**
 * The time since which an image is unused; a time in the future was written by a clock that has been set back, so it
 * counts from now.
 */
const unusedSince = ({ unusedSince: since }: PulledImage, now: number): string =>
  since === null || !(Date.parse(since) <= now) ? new Date(now).toISOString() : since;

/** Returns a predicate that says whether an image is one of the needed ones, or may become one. */
export function neededBy(
  needed: readonly NeededImage[],
): (image: Pick<EngineImage, 'imageId' | 'names'>) => boolean {
  const ids = new Set(needed.flatMap(({ imageId }) => imageId ?? []));
  // An image that was not resolved yet may turn out to be any image of that name.
  const names = new Set(needed.flatMap(({ image, imageId }) => (imageId === null ? plainName(image) : [])));
  return ({ imageId, names: own }) =>
    ids.has(imageId) || [imageId, ...own].some((name) => names.has(plainName(name)));
}

function imageItem(image: EngineImage, own: readonly string[], dueAt: string): Item {
  const isShared = own.length < image.names.length;
  return {
    kind: 'image',
    id: image.imageId,
    names: [...own].sort(),
    reason: isShared
      ? 'Ring pulled it and nothing of Ring needs it; it lives on under the names that others gave it'
      : 'Ring pulled it, no kept revision needs it, and no container is made of it',
    bytes: isShared ? 0 : image.sizeBytes,
    count: 1,
    due_at: dueAt,
  };
}

const networkItem = (namespace: string, now: number): Item => ({
  kind: 'network',
  id: namespace,
  names: [],
  reason: 'no container refers to it, and no deployment is in its namespace',
  bytes: null,
  count: 1,
  due_at: new Date(now).toISOString(),
});

/** Why records of each kind are removed, in the order of removal. */
const oldReasons: { readonly [Of in OldRecords]: string } = {
  events: 'last seen before RING_HISTORY_AGE, or more than RING_EVENTS_KEPT of their deployment',
  health_checks: 'of instances that ended more than a day ago',
  revocations: 'the tokens would have ended by themselves',
  tombstones: 'of deployments that were deleted more than thirty days ago',
  request_keys: 'an Idempotency-Key is kept for a day',
};

function oldItems({ old, spareBytes, now }: GcFacts): readonly Item[] {
  const due_at = new Date(now).toISOString();
  const records = oldKinds
    .filter((of) => old[of] > 0)
    .map((of): Item => {
      return { kind: of, id: null, names: [], reason: oldReasons[of], bytes: null, count: old[of], due_at };
    });
  if (spareBytes <= 0) return records;
  const reason = 'the database holds that much of the disk and nothing in it';
  return [...records, { kind: 'space', id: null, names: [], reason, bytes: spareBytes, count: 1, due_at }];
}

const oldKinds: readonly OldRecords[] = [
  'events',
  'health_checks',
  'revocations',
  'tombstones',
  'request_keys',
];

const byId = (one: Item, other: Item): number => ((one.id ?? '') < (other.id ?? '') ? -1 : 1);

const byTime = (one: Item, other: Item): number =>
  one.due_at === other.due_at ? byId(one, other) : one.due_at < other.due_at ? -1 : 1;
