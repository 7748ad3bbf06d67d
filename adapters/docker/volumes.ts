/**
 * Manages the engine's named volumes that carry this installation's label. An engine reports success for creating a
 * volume that exists, so its existence is checked first; core/volume decides who may remove which.
 */

import { RuntimeError } from '../../core/runtime-error.ts';
import type { EngineVolume, EngineVolumes } from '../../core/volume/volume.ts';
import type { Engine } from './connect.ts';
import { isNotFound } from './engine-error.ts';
import { instanceLabel, ownFilter } from './labels.ts';

interface Inspected {
  readonly Name: string;
  readonly Driver: string;
  readonly Labels: Readonly<Record<string, string>> | null;
  readonly Options: Readonly<Record<string, string>> | null;
  /** The creation time. Engines send it although the types do not declare it. */
  readonly CreatedAt?: string;
}

/** Makes the calls over an engine. They reject with EngineError, except for a name that is taken. */
export const makeVolumes = (engine: Engine, installationId: string): EngineVolumes => {
  const inspect = async (name: string): Promise<Inspected | null> => {
    try {
      return await engine.call((docker, abortSignal) => docker.getVolume(name).inspect({ abortSignal }));
    } catch (error) {
      if (isNotFound(error)) return null;
      throw error;
    }
  };

  return {
    async volumes() {
      const [listed, containers] = await Promise.all([
        engine.call((docker, abortSignal) =>
          docker.listVolumes({ filters: JSON.stringify(ownFilter(installationId)), abortSignal }),
        ),
        engine.call((docker, abortSignal) => docker.listContainers({ all: true, abortSignal })),
      ]);
      const mounted = containers.flatMap(({ Names: names, Mounts: mounts, Id: id }) =>
        (mounts ?? []).flatMap(({ Type: type, Name: volume }) =>
          type === 'volume' && volume ? [{ volume, container: names?.[0]?.slice(1) ?? id.slice(0, 12) }] : [],
        ),
      );
      return [...(listed.Volumes ?? [])]
        .map((volume): EngineVolume => {
          const users = mounted.filter((one) => one.volume === volume.Name);
          return toEngineVolume(volume, [...new Set(users.map(({ container }) => container))].sort());
        })
        .sort((one, other) => (one.name < other.name ? -1 : 1));
    },

    async createVolume({ name, driver, driverOpts, labels }) {
      if (await inspect(name)) throw new RuntimeError('name_taken', `A volume ${name} exists`);
      await engine.call((docker, abortSignal) =>
        docker.createVolume({
          Name: name,
          Driver: driver,
          DriverOpts: { ...driverOpts },
          Labels: { ...labels, [instanceLabel]: installationId },
          abortSignal,
        }),
      );
    },

    async removeVolume(name) {
      const found = await inspect(name);
      if (found?.Labels?.[instanceLabel] !== installationId) return;
      try {
        await engine.call((docker, abortSignal) => docker.getVolume(name).remove({ abortSignal }));
      } catch (error) {
        if (!isNotFound(error)) throw error;
      }
    },
  };
};

const toEngineVolume = (volume: Inspected, containers: readonly string[]): EngineVolume => ({
  name: volume.Name,
  driver: volume.Driver,
  driverOpts: { ...volume.Options },
  labels: Object.fromEntries(Object.entries(volume.Labels ?? {}).filter(([key]) => !key.startsWith('ring.'))),
  createdAt: volume.CreatedAt ? new Date(volume.CreatedAt).toISOString() : null,
  containers,
});
