/** The wire shapes of garbage collection: what would be removed, and what was. */
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
  /** An image's id, a network's namespace; null for what has none. */
  id: v.nullable(v.string()),
  /** The names of an image that are given up. */
  names: v.array(v.string()),
  reason: v.string(),
  /** Where it is known; layers that images share are counted with each. */
  bytes: v.nullable(v.number()),
  count: v.number(),
  /** From when on it may go. */
  due_at: v.string(),
};

const item = v.object(entries);
const failure = v.object({ ...entries, error: v.string() });

const plan = v.object({
  /** Whether Ring does this by itself, from time to time. */
  automatic: v.boolean(),
  /** What would go now. */
  due: v.array(item),
  /** What nothing needs, and what is kept for a while. */
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

/** One thing that goes. */
export interface Item extends v.InferOutput<typeof item> {}
/** One thing that could not go, and why. */
export interface Failure extends v.InferOutput<typeof failure> {}
/** What would go, and what later. */
export interface GcPreview extends v.InferOutput<typeof plan> {}
/** Documents a {@link GcPreview}. */
export const GcPreview: v.GenericSchema<GcPreview> = plan;
/** What went, what could not, and what goes later. */
export interface GcReport extends v.InferOutput<typeof report> {}
/** Documents a {@link GcReport}. */
export const GcReport: v.GenericSchema<GcReport> = report;
