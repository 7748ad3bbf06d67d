/** House keeping as the endpoints see it. */
import type { HouseReport, HouseView } from './report.ts';

/** To look at the house, and to keep it. */
export interface House {
  /** What would go, and what later; changes nothing. */
  look(): Promise<HouseView>;
  /** Does what is due; callers that wait share one turn. RECONCILER_BUSY while another process holds the lease. */
  clean(): Promise<HouseReport>;
}
