/** Reads the host ports that the engine publishes for running containers, with one list call. */
import type { PublishedPort } from '../../core/runtime.ts';
import type { Engine } from './connect.ts';
import { instanceLabel } from './labels.ts';

/** Returns the published ports of all running containers; those of this installation are marked. */
export const readPublished = async (
  engine: Engine,
  installationId: string,
): Promise<readonly PublishedPort[]> => {
  const containers = await engine.call((docker, abortSignal) => docker.listContainers({ abortSignal }));
  return containers.flatMap(({ Ports: ports, Names: names, Labels: labels, Id: id }) =>
    (ports ?? []).flatMap(({ IP: hostIp, PublicPort: published, Type: protocol }) => {
      if (!hostIp || !published || (protocol !== 'tcp' && protocol !== 'udp')) return [];
      const containerName = names?.[0]?.replace(/^\//, '') ?? id.slice(0, 12);
      return [
        { hostIp, published, protocol, containerName, isOwn: labels?.[instanceLabel] === installationId },
      ];
    }),
  );
};
