/** GET /volumes: the volumes of this Ring, with who uses each. */
import * as v from 'valibot';
import { listVolumes as list, type VolumePorts } from '../../core/volume/commands.ts';
import { Volume } from '../../core/volume/volume.ts';
import { endpoint, reply } from '../endpoint.ts';

/** Lists volumes, as the engine has them now. */
export const listVolumes = endpoint({
  method: 'GET',
  path: '/volumes',
  scope: 'read',
  summary: 'List volumes',
  replies: { 200: v.array(Volume) },
  handle: async ({ caller }, ports: VolumePorts) => reply(200, [...(await list(caller, ports))]),
});
