/**
 * Provides a real engine to a test: with an installation id of its own, whose objects are all removed at the end. The
 * test files define what is tested.
 */
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import Docker from 'dockerode';
import { type DockerOptions, type DockerRuntime, openDocker } from '../../adapters/docker/open-docker.ts';
import { silentLog } from './silent-log.ts';

/** The engine that tests share. */
export const sharedSocket = '/var/run/docker.sock';

/** A runtime on an engine, and the engine itself for what happens behind Ring's back. */
export interface DockerWorld {
  readonly docker: Docker;
  readonly runtime: DockerRuntime;
  readonly installationId: string;
  /** A namespace that no other test uses. */
  readonly namespace: string;
  /** Another runtime of the same installation, to be closed by the test. */
  reopen(options?: Partial<DockerOptions>): DockerRuntime;
  close(): Promise<void>;
}

/** Opens a runtime with an installation id of its own. */
export const openDockerWorld = (
  options: Partial<DockerOptions> = {},
  socketPath = sharedSocket,
): DockerWorld => {
  const installationId = `test-${randomUUID()}`;
  const docker = new Docker({ socketPath });
  const reopen = (more: Partial<DockerOptions> = {}) =>
    openDocker({ installationId, address: { socketPath }, log: silentLog, ...options, ...more });
  const runtime = reopen();
  return {
    docker,
    runtime,
    installationId,
    namespace: `t${installationId.slice(5, 13)}`,
    reopen,
    async close() {
      runtime.close();
      await removeAll(docker, installationId);
    },
  };
};

// An engine that crashed may hold on for a while to the mounts of what it removes.
const passing = /no such container|already in progress|device or resource busy/i;

/** What a killed Ring had asked for just before may be done only now, or have been done by the engine meanwhile. */
const removeContainers = async (docker: Docker, filters: { label: string[] }): Promise<void> => {
  for (let round = 0; round < 20; round++) {
    const left = await docker.listContainers({ all: true, filters });
    if (left.length === 0) return;
    await Promise.all(
      left.map(async ({ Id }) => {
        try {
          await docker.getContainer(Id).remove({ v: true, force: true });
        } catch (error) {
          if (!passing.test(String(error))) throw error;
        }
      }),
    );
    await wait(100);
  }
};

/** A container that ended in the moment in which it was joined leaves an endpoint behind. */
const removeNetwork = async (network: Docker.Network): Promise<void> => {
  const { Containers = {} } = await network.inspect();
  await Promise.all(
    Object.values(Containers ?? {}).map(({ Name }) => network.disconnect({ Container: Name, Force: true })),
  );
  await network.remove();
};

/** Removes all that carries an installation id: containers, networks and named volumes. */
export const removeAll = async (docker: Docker, installationId: string): Promise<void> => {
  const filters = { label: [`ring.instance=${installationId}`] };
  await removeContainers(docker, filters);
  const networks = await docker.listNetworks({ filters });
  await Promise.all(networks.map(({ Id }) => removeNetwork(docker.getNetwork(Id))));
  const { Volumes } = await docker.listVolumes({ filters });
  await Promise.all((Volumes ?? []).map(({ Name }) => docker.getVolume(Name).remove()));
};

/** A host port that nobody uses right now. */
export const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
