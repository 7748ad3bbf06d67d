/** GET /gc: what house keeping would take away now, and what later. What that is, is decided in core/gc. */
import type { House } from '../../core/gc/house.ts';
import { HouseView } from '../../core/gc/report.ts';
import { endpoint, reply } from '../endpoint.ts';

/** Shows what would go and changes nothing. ENGINE_UNAVAILABLE when the engine does not answer. */
export const previewCleanup = endpoint({
  method: 'GET',
  path: '/gc',
  scope: 'read',
  summary: 'Show what house keeping would remove, why, and when the rest falls due',
  replies: { 200: HouseView },
  handle: async (_input, { house }: { house: Pick<House, 'look'> }) => reply(200, await house.look()),
});
