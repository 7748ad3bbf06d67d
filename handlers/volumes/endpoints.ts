/** The endpoints about volumes. */
export { createVolume } from './create-volume.ts';
export { deleteVolume } from './delete-volume.ts';
export { listVolumes } from './list-volumes.ts';
export { readVolume } from './read-volume.ts';
