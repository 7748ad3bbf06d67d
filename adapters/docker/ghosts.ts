/**
 * Endpoints that an engine keeps of containers that are gone: one that ended in the moment in which it was joined
 * leaves its endpoint behind, which holds its address and keeps the network from being removed.
 */
import type { Engine } from './connect.ts';
import { isNotFound } from './engine-error.ts';

/** Whether a container of this id or name is there. */
const exists = async (engine: Engine, container: string): Promise<boolean> => {
  try {
    await engine.call((docker, abortSignal) => docker.getContainer(container).inspect({ abortSignal }));
    return true;
  } catch (error) {
    if (isNotFound(error)) return false;
    throw error;
  }
};

/** Whose endpoints a network has, by what the engine says of it. */
const endpointsIn = (network: unknown): readonly { readonly id: string; readonly name: string }[] => {
  if (typeof network !== 'object' || network === null || !('Containers' in network)) return [];
  return Object.entries(network.Containers ?? {}).flatMap(([id, endpoint]: [string, unknown]) => {
    const isNamed = typeof endpoint === 'object' && endpoint !== null && 'Name' in endpoint;
    return isNamed && typeof endpoint.Name === 'string' ? [{ id, name: endpoint.Name }] : [];
  });
};

/**
 * Frees a network of such endpoints; how many there were. An endpoint is let go by its container's name, so it stays
 * where another container has that name by now. Rejects with EngineError.
 */
export const evictGhosts = async (engine: Engine, networkId: string): Promise<number> => {
  const endpoints = endpointsIn(await engine.get(`/networks/${networkId}`));
  let evicted = 0;
  for (const { id, name } of endpoints) {
    if ((await exists(engine, id)) || (await exists(engine, name))) continue;
    await engine.call((docker, abortSignal) =>
      docker.getNetwork(networkId).disconnect({ Container: name, Force: true, abortSignal }),
    );
    evicted += 1;
  }
  return evicted;
};
