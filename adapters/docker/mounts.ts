/**
 * Decides how the volumes of a spec become mounts of a container. A missing host path is an error, except for the
 * string form of a bind, which keeps docker's habit of making it.
 */
import type { HostConfig, MountConfig } from 'dockerode';
import type { Volume } from '../../core/deployment/spec.ts';

// `Mounts` cannot make a missing source on the older engines, `Binds` always does.
const isBindString = (volume: Volume): boolean => volume.type === 'bind' && volume.makeSource;

const mountOf = (volume: Volume, labels: Readonly<Record<string, string>>): MountConfig[number] => ({
  Type: volume.type,
  Source: volume.type === 'tmpfs' ? '' : volume.source,
  Target: volume.destination,
  ReadOnly: volume.permission === 'ro',
  // The engine applies labels only where it makes the volume: one that is there already stays as it is.
  ...(volume.type === 'volume' && volume.source !== ''
    ? { VolumeOptions: { NoCopy: false, Labels: { ...labels }, DriverConfig: { Name: '', Options: {} } } }
    : {}),
});

/** The mounts of a container; `labels` are put on named volumes that the engine makes for it. */
export const mountsOf = (
  volumes: readonly Volume[],
  labels: Readonly<Record<string, string>>,
): Pick<HostConfig, 'Binds' | 'Mounts'> => ({
  Binds: volumes
    .filter(isBindString)
    .map(({ source, destination, permission }) => `${source}:${destination}:${permission}`),
  Mounts: volumes.filter((volume) => !isBindString(volume)).map((volume) => mountOf(volume, labels)),
});
