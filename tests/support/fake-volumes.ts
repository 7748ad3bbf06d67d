/**
 * The volumes of a fake engine: created by a call or by a container that mounts them, and never removed automatically.
 */
import { RuntimeError } from '../../core/runtime-error.ts';
import type { EngineVolume, EngineVolumes, VolumeRequest } from '../../core/volume/volume.ts';
import type { FakeEngineState } from './fake-engine-state.ts';

/** The volumes of an engine, and what happens to them beside the port. */
export const makeFakeVolumes = (state: FakeEngineState, now: () => number) => {
  const { volumes, containers } = state;
  const add = (request: VolumeRequest, isOwn: boolean): void => {
    if (volumes.has(request.name)) return;
    const createdAt = new Date(now()).toISOString();
    volumes.set(request.name, { ...request, createdAt, isOwn });
  };
  const usersOf = (name: string): readonly string[] =>
    [...containers.values()]
      .map(({ request }) => request)
      .filter(({ spec }) => spec.volumes.some(({ type, source }) => type === 'volume' && source === name))
      .map(({ containerName }) => containerName)
      .sort();
  const port = {
    volumes: (): readonly EngineVolume[] =>
      [...volumes.values()]
        .filter(({ isOwn }) => isOwn)
        .map(({ isOwn: _own, ...volume }) => ({ ...volume, containers: usersOf(volume.name) }))
        .sort((one, other) => (one.name < other.name ? -1 : 1)),
    createVolume(request: VolumeRequest): void {
      if (volumes.has(request.name)) throw new RuntimeError('name_taken', `A volume ${request.name} exists`);
      add(request, true);
    },
    removeVolume(name: string): void {
      if (!volumes.get(name)?.isOwn) return;
      if (usersOf(name).length > 0) throw new RuntimeError('other', `volume is in use: ${usersOf(name)}`);
      volumes.delete(name);
    },
  } satisfies { [Call in keyof EngineVolumes]: unknown };
  const plain = (name: string): VolumeRequest => ({ name, driver: 'local', driverOpts: {}, labels: {} });
  return {
    port,
    /** A container that mounts a volume makes it where it is not there. */
    mount: (names: readonly string[]): void => {
      for (const name of names) add(plain(name), true);
    },
    /** Someone makes a volume of their own. */
    addForeign: (name: string): void => add(plain(name), false),
  };
};
