/**
 * Objects on an engine that Ring must not touch: a running and a stopped container, a container of another
 * installation, an image, a network and a volume.
 */
import type Docker from 'dockerode';

/** Things that stand beside Ring's. */
export interface Bystanders {
  /** All about them that would change if anyone touched them. */
  look(): Promise<unknown>;
  remove(): Promise<void>;
}

const name = 'bystander';

/** Puts them on an engine that has `image`. */
export const addBystanders = async (docker: Docker, image: string): Promise<Bystanders> => {
  const network = await docker.createNetwork({ Name: name, Labels: { 'ring.instance': 'another' } });
  await docker.createVolume({ Name: name });
  await docker.getImage(image).tag({ repo: name, tag: '1' });
  const add = (suffix: string, labels: Record<string, string>) =>
    docker.createContainer({
      name: `${name}_${suffix}`,
      Image: `${name}:1`,
      Labels: labels,
      HostConfig: { NetworkMode: network.id, Binds: [`${name}:/data`] },
    });
  const theirs = {
    'ring.instance': 'another',
    'ring.uid': 'another',
    'ring.deployment': 'web',
    'ring.namespace': 'shop',
    'ring.name': 'web',
    'ring.revision': '1',
    'ring.slot': '0',
    'ring.spec': 'another',
  };
  const containers = [await add('stopped', {}), await add('running', {}), await add('theirs', theirs)];
  for (const container of containers.slice(1)) await container.start();

  return {
    async look() {
      const seen = await Promise.all(containers.map((container) => container.inspect()));
      return {
        containers: seen.map(({ Id, Name, State, NetworkSettings }) => [
          Id,
          Name,
          State,
          NetworkSettings.Networks,
        ]),
        network: (await network.inspect()).Containers,
        volume: await docker.getVolume(name).inspect(),
        image: (await docker.getImage(`${name}:1`).inspect()).Id,
      };
    },
    async remove() {
      for (const container of containers) await container.remove({ force: true });
      await network.remove();
      await docker.getVolume(name).remove();
      await docker.getImage(`${name}:1`).remove();
    },
  };
};
