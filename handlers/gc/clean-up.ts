/** POST /gc: collects garbage, now. What goes is decided in core/gc. */
import type { GarbageCollector } from '../../core/gc/collector.ts';
import { GcReport } from '../../core/gc/report.ts';
import { endpoint, reply } from '../endpoint.ts';

/** Removes what is due and says what went and what could not. RECONCILER_BUSY while another process holds the lease. */
export const cleanUp = endpoint({
  method: 'POST',
  path: '/gc',
  scope: 'admin',
  summary: 'Collect garbage now, and say what was removed',
  replies: { 200: GcReport },
  handle: async (_input, { gc }: { gc: Pick<GarbageCollector, 'clean'> }) => reply(200, await gc.clean()),
});
