/**
 * Removes endpoints that an engine keeps for containers that are gone: a container that ends at the moment it is joined
 * to a network leaves its endpoint behind, which holds its address and prevents removal of the network. networks.ts
 * decides when to do so.
 */
import type { Engine } from './connect.ts';
import { isNotFound } from './engine-error.ts';

/** Whether a container with this id or name exists. */
const exists = async (engine: Engine, container: string): Promise<boolean> => {
  try {
    await engine.call((docker, abortSignal) => docker.getContainer(container).inspect({ abortSignal }));
    return true;
  } catch (error) {
    if (isNotFound(error)) return false;
    throw error;
  }
};

/** Returns the containers that have endpoints in a network, from its inspect result. */
const endpointsIn = (network: unknown): readonly { readonly id: string; readonly name: string }[] => {
  if (typeof network !== 'object' || network === null || !('Containers' in network)) return [];
  return Object.entries(network.Containers ?? {}).flatMap(([id, endpoint]: [string, unknown]) => {
    const isNamed = typeof endpoint === 'object' && endpoint !== null && 'Name' in endpoint;
    return isNamed && typeof endpoint.Name === 'string' ? [{ id, name: endpoint.Name }] : [];
  });
};

/**
 * Removes such endpoints from a network and returns how many there were. An endpoint is disconnected by its container's
 * name, so it stays when another container has that name by now. Rejects with EngineError.
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
