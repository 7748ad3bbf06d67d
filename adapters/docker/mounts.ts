/**
 * Converts the volumes of a spec to mounts of a container. A missing host path is an error, except for the string form
 * of a bind, which creates it as docker does.
 */
import type { HostConfig, MountConfig } from 'dockerode';
import type { Volume } from '../../core/deployment/spec/spec.ts';
import { isFile } from '../../core/deployment/spec/volume.ts';
import type { FileMount } from '../../core/runtime.ts';

/** The volumes that the engine mounts by itself; the others are placed as files. */
type EngineVolume = Volume & { readonly type: 'bind' | 'volume' | 'tmpfs' };
const isEngines = (volume: Volume): volume is EngineVolume => !isFile(volume);

// `Mounts` cannot create a missing source on older engines; `Binds` always does.
const isBindString = (volume: Volume): boolean => volume.type === 'bind' && volume.makeSource;

const mountOf = (volume: EngineVolume, labels: Readonly<Record<string, string>>): MountConfig[number] => ({
  Type: volume.type,
  Source: volume.type === 'tmpfs' ? '' : volume.source,
  Target: volume.destination,
  ReadOnly: volume.permission === 'ro',
  // The engine applies labels only when it creates the volume: an existing one keeps its own.
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

/**
 * The inputs of the mounts: a spec's volumes, the files of its file volumes, and the labels that new named volumes get.
 */
export interface MountSources {
  readonly volumes: readonly Volume[];
  readonly files: readonly FileMount[];
  readonly labels: Readonly<Record<string, string>>;
}

/** Returns the mounts of a container. */
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
