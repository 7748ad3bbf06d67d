/** Garbage collection as the endpoints see it; clean.ts does the work. */
import type { GcPreview, GcReport } from './report.ts';

/** Lists and removes garbage. */
export interface GarbageCollector {
  /** Lists what would be removed now and what later; changes nothing. */
  look(): Promise<GcPreview>;
  /**
   * Removes what is due; concurrent callers share one collection. RECONCILER_BUSY while another process holds the
   * lease.
   */
  clean(): Promise<GcReport>;
}
