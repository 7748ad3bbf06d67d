/** POST /gc: keeps house, now. What goes is decided in core/gc. */
import type { House } from '../../core/gc/house.ts';
import { HouseReport } from '../../core/gc/report.ts';
import { endpoint, reply } from '../endpoint.ts';

/** Removes what is due and says what went and what could not. RECONCILER_BUSY while another process holds the lease. */
export const cleanUp = endpoint({
  method: 'POST',
  path: '/gc',
  scope: 'admin',
  summary: 'Keep house now, and say what was removed',
  replies: { 200: HouseReport },
  handle: async (_input, { house }: { house: Pick<House, 'clean'> }) => reply(200, await house.clean()),
});
