/** GET /volumes/:name: returns one volume with its users. */
import { readVolume as read, type VolumePorts } from '../../core/volume/commands.ts';
import { Volume } from '../../core/volume/volume.ts';
import { endpoint, reply } from '../endpoint.ts';
import { volumeParams } from '../params.ts';

/** Reads a volume. VOLUME_NOT_FOUND. */
export const readVolume = endpoint({
  method: 'GET',
  path: '/volumes/:name',
  scope: 'read',
  summary: 'Read a volume',
  params: volumeParams,
  replies: { 200: Volume },
  handle: async ({ params, caller }, ports: VolumePorts) =>
    reply(200, await read(params.name, caller, ports)),
});
