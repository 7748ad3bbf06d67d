/** Garbage collection as the endpoints see it. */
import type { GcPreview, GcReport } from './report.ts';

/** Shows what is garbage, and removes it. */
export interface GarbageCollector {
  /** What would go, and what later; changes nothing. */
  look(): Promise<GcPreview>;
  /** Does what is due; callers that wait share one turn. RECONCILER_BUSY while another process holds the lease. */
  clean(): Promise<GcReport>;
}
