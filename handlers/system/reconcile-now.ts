/** POST /reconcile: runs one tick now. core/reconcile decides what a tick does. */
import type { Reconcile } from '../../core/ports.ts';
import { TickReport } from '../../core/reconcile/report.ts';
import { endpoint, reply } from '../endpoint.ts';

/** Runs one tick and reports it. RECONCILER_BUSY while another process holds the lease. */
export const reconcileNow = endpoint({
  method: 'POST',
  path: '/reconcile',
  scope: 'write',
  summary: 'Reconcile once now, and report what was done',
  replies: { 200: TickReport },
  handle: async (_input, { reconcile }: { reconcile: Reconcile }) => reply(200, await reconcile()),
});
