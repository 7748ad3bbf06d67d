/** GET /gc: previews garbage collection, now and later. core/gc decides what is removed. */
import type { GarbageCollector } from '../../core/gc/collector.ts';
import { GcPreview } from '../../core/gc/report.ts';
import { endpoint, reply } from '../endpoint.ts';

/** Shows what would be removed and changes nothing. ENGINE_UNAVAILABLE when the engine does not answer. */
export const previewCleanup = endpoint({
  method: 'GET',
  path: '/gc',
  scope: 'read',
  summary: 'Show what garbage collection would remove, why, and when the rest falls due',
  replies: { 200: GcPreview },
  handle: async (_input, { gc }: { gc: Pick<GarbageCollector, 'look'> }) => reply(200, await gc.look()),
});
