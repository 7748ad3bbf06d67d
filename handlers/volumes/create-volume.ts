/** POST /volumes: creates a named volume of the engine. */
import { type CreateVolumePorts, createVolume as create } from '../../core/volume/commands.ts';
import { Volume, VolumeDraft } from '../../core/volume/volume.ts';
import { endpoint, reply } from '../endpoint.ts';

/** Creates a volume. VOLUME_EXISTS; POLICY_VIOLATION for a driver or options reserved for administrators. */
export const createVolume = endpoint({
  method: 'POST',
  path: '/volumes',
  scope: 'write',
  summary: 'Create a volume',
  body: VolumeDraft,
  replies: { 201: Volume },
  async handle({ body, caller }, ports: CreateVolumePorts) {
    const volume = await create(body, caller, ports);
    return reply(201, volume, { location: `/volumes/${volume.name}` });
  },
});
