/** DELETE /volumes/:name: removes a volume and its data. */
import { deleteVolume as remove, type VolumePorts } from '../../core/volume/commands.ts';
import { Volume } from '../../core/volume/volume.ts';
import { endpoint, reply } from '../endpoint.ts';
import { volumeParams } from '../params.ts';

/** Deletes a volume. VOLUME_NOT_FOUND when this installation has none of that name; VOLUME_IN_USE, naming its users. */
export const deleteVolume = endpoint({
  method: 'DELETE',
  path: '/volumes/:name',
  scope: 'write',
  summary: 'Delete a volume',
  params: volumeParams,
  replies: { 200: Volume },
  handle: async ({ params, caller }, ports: VolumePorts) =>
    reply(200, await remove(params.name, caller, ports)),
});
