/**
 * The wire format of garbage collection: what would be removed, and what was removed. What an item contains is decided
 * in plan.ts.
 */
import * as v from 'valibot';

const kind = v.picklist([
  'image',
  'network',
  'events',
  'health_checks',
  'revocations',
  'tombstones',
  'request_keys',
  'space',
  'engine',
]);

const entries = {
  kind,
  /** The id of an image or the namespace of a network; null for kinds without an id. */
  id: v.nullable(v.string()),
  /** The names of an image that are removed. */
  names: v.array(v.string()),
  reason: v.string(),
  /** The size, where it is known; layers shared by images are counted with each of them. */
  bytes: v.nullable(v.number()),
  count: v.number(),
  /** The time from which it may be removed. */
  due_at: v.string(),
};

const item = v.object(entries);
const failure = v.object({ ...entries, error: v.string() });

const plan = v.object({
  /** Whether Ring collects garbage by itself, from time to time. */
  automatic: v.boolean(),
  /** Items that would be removed now. */
  due: v.array(item),
  /** Items that nothing needs but that are still kept for a while. */
  later: v.array(item),
  bytes: v.number(),
});

const report = v.object({
  removed: v.array(item),
  failed: v.array(failure),
  later: v.array(item),
  bytes: v.number(),
  duration_ms: v.number(),
});

/** One thing to remove, or that was removed. */
export interface Item extends v.InferOutput<typeof item> {}
/** One thing that could not be removed, and why. */
export interface Failure extends v.InferOutput<typeof failure> {}
/** What would be removed now, and what later. */
export interface GcPreview extends v.InferOutput<typeof plan> {}
/** The schema of a {@link GcPreview}, for its documentation. */
export const GcPreview: v.GenericSchema<GcPreview> = plan;
/** What was removed, what could not be, and what will be removed later. */
export interface GcReport extends v.InferOutput<typeof report> {}
/** The schema of a {@link GcReport}, for its documentation. */
export const GcReport: v.GenericSchema<GcReport> = report;
