/**
 * Manages one network per namespace: found by its labels, created with a subnet that overlaps nothing, referred to by
 * id and removed when no container refers to it. join.ts and instances.ts decide who joins it at which address.
 */
import { readFile } from 'node:fs/promises';
import type { ContainerInfo, NetworkInspectInfo } from 'dockerode';
import { sharedByKey } from '../../core/concurrency/shared.ts';
import type { Log } from '../../core/ports.ts';
import { RuntimeError } from '../../core/runtime-error.ts';
import type { AddressBook } from './addresses.ts';
import type { Engine } from './connect.ts';
import { EngineError, isLost, isNotFound } from './engine-error.ts';
import { evictGhosts } from './ghosts.ts';
import { instanceLabel, namespaceLabel, ownFilter } from './labels.ts';
import { freeSubnets, hostRoutes, type Range, rangeOf, type Subnet, subnetOf } from './subnets.ts';

/** A namespace's network on this engine. */
export interface Network {
  readonly id: string;
  readonly name: string;
  readonly subnet: Subnet;
}

/** What the networks need. */
export interface NetworkParts {
  readonly engine: Engine;
  readonly installationId: string;
  /** The pool that subnets are allocated from (CIDR). */
  readonly pool: string;
  readonly addresses: AddressBook;
  readonly log: Log;
}

/** The networks of an installation. All functions reject with EngineError or RuntimeError. */
export interface Networks {
  /** Returns the namespace's network as the engine reports it now; creates it when it is missing. */
  ensure(namespace: string): Promise<Network>;
  /** Returns the network as last seen; asks the engine only when it has never been seen. */
  current(namespace: string): Promise<Network>;
  /** Returns whether the namespace has no network any more. */
  release(namespace: string): Promise<boolean>;
  namespaces(): Promise<readonly string[]>;
  /** Returns the namespaces whose network no container uses or is about to use. */
  idle(): Promise<readonly string[]>;
}

const routesOfHost = async (): Promise<readonly Range[]> => {
  try {
    return hostRoutes(await readFile('/proc/net/route', 'utf8'));
  } catch {
    // Not Linux: the engine runs elsewhere (in a virtual machine), and its routes cannot be read from here.
    return [];
  }
};

const subnetsOf = (network: NetworkInspectInfo): readonly Range[] =>
  (network.IPAM?.Config ?? []).flatMap(({ Subnet }) => rangeOf(Subnet ?? '') ?? []);

const toNetwork = (found: NetworkInspectInfo): Network | null => {
  const subnet = subnetOf(found.IPAM?.Config?.[0]?.Subnet ?? '');
  return subnet && { id: found.Id, name: found.Name, subnet };
};

const isOverlap = (error: unknown): boolean =>
  error instanceof EngineError && /pool overlaps|overlaps with/i.test(error.message);

const isNameTaken = (error: unknown): boolean =>
  error instanceof EngineError && /network with name .* already exists/i.test(error.message);

/** Makes the networks of an installation without a call to the engine. */
export const makeNetworks = (parts: NetworkParts): Networks => {
  const { engine, installationId, pool, addresses, log } = parts;
  const known = new Map<string, Network>();
  let making: Promise<unknown> = Promise.resolve();

  const list = (filters?: { label: string[] }): Promise<NetworkInspectInfo[]> =>
    engine.call((docker, abortSignal) =>
      docker.listNetworks({ ...(filters ? { filters } : {}), abortSignal }),
    );

  const find = async (namespace: string): Promise<Network | null> => {
    const label = [...ownFilter(installationId).label, `${namespaceLabel}=${namespace}`];
    const found = await list({ label });
    // Network names are not unique on an engine: when a race left two, every caller uses the same one.
    const oldest = found.sort((left, right) =>
      `${left.Created}${left.Id}`.localeCompare(`${right.Created}${right.Id}`),
    );
    return oldest.map(toNetwork).find((network) => network !== null) ?? null;
  };

  const add = (name: string, namespace: string, subnet: Subnet): Promise<unknown> =>
    engine.call((docker, abortSignal) =>
      docker.createNetwork({
        Name: name,
        CheckDuplicate: true,
        Driver: 'bridge',
        IPAM: {
          Config: [{ Subnet: subnet.subnet, IPRange: subnet.strangers, Gateway: subnet.gateway }],
        },
        Labels: { [instanceLabel]: installationId, [namespaceLabel]: namespace },
        abortSignal,
      }),
    );

  /** Tries to create a network. After 'look' its existence must be checked: another caller may have been faster. */
  const tryAdd = async (name: string, namespace: string, subnet: Subnet) => {
    try {
      await add(name, namespace, subnet);
    } catch (error) {
      if (isNameTaken(error)) return 'name taken';
      if (!isOverlap(error) && !isLost(error)) throw error;
    }
    return 'look';
  };

  const make = async (namespace: string): Promise<Network> => {
    // Another caller may have created it while this one waited for its turn.
    const already = await find(namespace);
    if (already) return already;
    const others = await list();
    const inUse = [...(await routesOfHost()), ...others.flatMap(subnetsOf)];
    const plain = `ring_${namespace}`;
    const own = `${plain}_${installationId.slice(0, 12)}`;
    let name = others.some((other) => other.Name === plain) ? own : plain;
    for (const subnet of freeSubnets(pool, inUse)) {
      const outcome = await tryAdd(name, namespace, subnet);
      const made = await find(namespace);
      if (made) return made;
      if (outcome === 'name taken') name = own;
    }
    throw new RuntimeError(
      'network',
      `No subnet of the pool ${pool} is free: set RING_NETWORK_POOL to another`,
    );
  };

  const makeInTurn = (namespace: string): Promise<Network> => {
    const turn = making.then(() => make(namespace));
    making = turn.catch(() => undefined);
    return turn;
  };

  const ensure = sharedByKey(async (namespace): Promise<Network> => {
    const network = (await find(namespace)) ?? (await makeInTurn(namespace));
    known.set(namespace, network);
    return network;
  });

  const containersThere = () =>
    engine.call((docker, abortSignal) => docker.listContainers({ all: true, abortSignal }));

  // A container that was never started refers to the network only by its mode, and a container of another owner by its
  // name.
  const refersTo =
    ({ id, name }: Pick<Network, 'id' | 'name'>) =>
    ({ HostConfig, NetworkSettings }: ContainerInfo): boolean =>
      [id, name].includes(HostConfig.NetworkMode) ||
      Object.values(NetworkSettings?.Networks ?? {}).some(({ NetworkID }) => NetworkID === id);

  const isUsed = async (network: Network): Promise<boolean> =>
    (await containersThere()).some(refersTo(network));

  /** Removes a network; false while something is joined to it. */
  const remove = async ({ id }: Network): Promise<boolean> => {
    try {
      await engine.call((docker, abortSignal) => docker.getNetwork(id).remove({ abortSignal }));
    } catch (error) {
      if (error instanceof EngineError && /active endpoints/i.test(error.message)) return false;
      if (!isNotFound(error)) throw error;
    }
    return true;
  };

  return {
    ensure,
    current: async (namespace) => known.get(namespace) ?? (await ensure(namespace)),
    async release(namespace) {
      const network = await find(namespace);
      if (!network) return true;
      if (addresses.isPending(namespace) || (await isUsed(network))) return false;
      known.delete(namespace);
      const isGone =
        (await remove(network)) || ((await evictGhosts(engine, network.id)) > 0 && (await remove(network)));
      if (isGone && !addresses.isPending(namespace)) addresses.forget(namespace);
      if (!isGone) log.info('The network of a namespace was kept: the engine has it in use', { namespace });
      return isGone;
    },
    async namespaces() {
      const found = await list(ownFilter(installationId));
      return [...new Set(found.flatMap(({ Labels }) => Labels?.[namespaceLabel] ?? []))].sort();
    },
    async idle() {
      const [found, containers] = await Promise.all([list(ownFilter(installationId)), containersThere()]);
      const isIdle = ({ Id, Name, Labels }: NetworkInspectInfo): boolean =>
        !containers.some(refersTo({ id: Id, name: Name })) &&
        !addresses.isPending(Labels?.[namespaceLabel] ?? '');
      return [
        ...new Set(found.filter(isIdle).flatMap(({ Labels }) => Labels?.[namespaceLabel] ?? [])),
      ].sort();
    },
  };
};
