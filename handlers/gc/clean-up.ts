/** POST /gc: collects garbage now. core/gc decides what is removed. */
import type { GarbageCollector } from '../../core/gc/collector.ts';
import { GcReport } from '../../core/gc/report.ts';
import { endpoint, reply } from '../endpoint.ts';

/**
 * Removes what is due and reports what was removed and what could not be. RECONCILER_BUSY while another process holds
 * the lease.
 */
export const cleanUp = endpoint({
  method: 'POST',
  path: '/gc',
  scope: 'admin',
  summary: 'Collect garbage now, and report what was removed',
  replies: { 200: GcReport },
  handle: async (_input, { gc }: { gc: Pick<GarbageCollector, 'clean'> }) => reply(200, await gc.clean()),
});
