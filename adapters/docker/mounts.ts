/**
 * Decides how the volumes of a spec become mounts of a container. A missing host path is an error, except for the
 * string form of a bind, which keeps docker's habit of making it.
 */
import type { HostConfig, MountConfig } from 'dockerode';
import type { Volume } from '../../core/deployment/spec/spec.ts';
import { isFile } from '../../core/deployment/spec/volume.ts';
import type { FileMount } from '../../core/runtime.ts';

/** What the engine mounts by itself; the others come as files. */
type EngineVolume = Volume & { readonly type: 'bind' | 'volume' | 'tmpfs' };
const isEngines = (volume: Volume): volume is EngineVolume => !isFile(volume);

// `Mounts` cannot make a missing source on the older engines, `Binds` always does.
const isBindString = (volume: Volume): boolean => volume.type === 'bind' && volume.makeSource;

const mountOf = (volume: EngineVolume, labels: Readonly<Record<string, string>>): MountConfig[number] => ({
  Type: volume.type,
  Source: volume.type === 'tmpfs' ? '' : volume.source,
  Target: volume.destination,
  ReadOnly: volume.permission === 'ro',
  // The engine applies labels only where it makes the volume: one that is there already stays as it is.
  ...(volume.type === 'volume' && volume.source !== ''
    ? { VolumeOptions: { NoCopy: false, Labels: { ...labels }, DriverConfig: { Name: '', Options: {} } } }
    : {}),
});

const fileOf = ({ source, destination }: FileMount): MountConfig[number] => ({
  Type: 'bind',
  Source: source,
  Target: destination,
  ReadOnly: true,
});

/** What is mounted: a spec's volumes and the files of those that are files; named volumes are made with the labels. */
export interface MountSources {
  readonly volumes: readonly Volume[];
  readonly files: readonly FileMount[];
  readonly labels: Readonly<Record<string, string>>;
}

/** The mounts of a container. */
export const mountsOf = ({ volumes, files, labels }: MountSources): Pick<HostConfig, 'Binds' | 'Mounts'> => ({
  Binds: volumes
    .filter(isBindString)
    .map(({ source, destination, permission }) => `${source}:${destination}:${permission}`),
  Mounts: [
    ...volumes
      .filter(isEngines)
      .filter((volume) => !isBindString(volume))
      .map((volume) => mountOf(volume, labels)),
    ...files.map(fileOf),
  ],
});
