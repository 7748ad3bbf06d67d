/** GET /volumes: lists the volumes of this installation with their users. */
import * as v from 'valibot';
import { listVolumes as list, type VolumePorts } from '../../core/volume/commands.ts';
import { Volume } from '../../core/volume/volume.ts';
import { endpoint, reply } from '../endpoint.ts';
import { paged, pageQuery } from '../page.ts';

/** Lists volumes, as currently reported by the engine. */
export const listVolumes = endpoint({
  method: 'GET',
  path: '/volumes',
  scope: 'read',
  summary: 'List volumes',
  query: v.object(pageQuery),
  replies: { 200: v.array(Volume) },
  async handle({ caller, query, request }, ports: VolumePorts) {
    const volumes = await list(caller, ports);
    const { items, headers } = paged(volumes, ({ name }) => name, { request, query });
    return reply(200, items, headers);
  },
});
