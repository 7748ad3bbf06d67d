/**
 * Joins a container to its namespace's network, at its previous address and under the requested aliases. Aliases cannot
 * be changed in place: the container leaves and joins again, and TCP connections survive when the address stays the
 * same.
 */
import type { ContainerInspectInfo, EndpointSettings } from 'dockerode';
import type { AddressBook } from './addresses.ts';
import type { Engine } from './connect.ts';
import { EngineError } from './engine-error.ts';
import { isAddressTaken } from './faults.ts';
import { addressLabel } from './labels.ts';
import { endpointOf } from './mapping.ts';
import type { Network, Networks } from './networks.ts';
import { rangeOf, toNumber } from './subnets.ts';

/** How a container is to join. */
export interface JoinRequest {
  readonly id: string;
  readonly namespace: string;
  /** The aliases; undefined keeps the present ones. */
  readonly aliases?: readonly string[] | undefined;
  /** Whether the previous address is known to belong to another container by now. */
  readonly newAddress?: boolean;
}

/** What joining needs. */
export interface JoinParts {
  readonly engine: Engine;
  readonly networks: Networks;
  readonly addresses: AddressBook;
}

const said = (error: unknown, pattern: RegExp): boolean =>
  error instanceof EngineError && error.status !== null && pattern.test(error.message);

const ownEndpoint = (
  inspected: ContainerInspectInfo,
  namespace: string,
): [string, EndpointSettings] | undefined =>
  Object.entries(inspected.NetworkSettings.Networks).find(
    ([name]) => name === `ring_${namespace}` || name.startsWith(`ring_${namespace}_`),
  );

// The engine adds the container's short id by itself.
const aliasesOf = (endpoint: EndpointSettings | undefined, id: string): readonly string[] =>
  (endpoint?.Aliases ?? []).filter((alias) => alias !== id.slice(0, 12));

const sameNames = (left: readonly string[], right: readonly string[]): boolean =>
  [...left].sort().join(' ') === [...right].sort().join(' ');

const isWithin = (address: string, { subnet }: Network): boolean => {
  const [value, range] = [toNumber(address), rangeOf(subnet.subnet)];
  return value !== null && range !== null && value >= range.first && value <= range.last;
};

/**
 * Makes the function. It resolves to whether anything had to be done, because the container may already be joined under
 * these aliases.
 */
export const makeJoin = ({ engine, networks, addresses }: JoinParts) => {
  const connect = async (network: Network, container: string, endpoint: EndpointSettings): Promise<void> => {
    try {
      await engine.call((docker, abortSignal) => {
        const options = { Container: container, EndpointConfig: endpoint, abortSignal };
        return docker.getNetwork(network.id).connect(options);
      });
    } catch (error) {
      if (!said(error, /already exists in network|already attached to network/i)) throw error;
    }
  };

  const disconnect = async (network: string, container: string): Promise<void> => {
    try {
      await engine.call((docker, abortSignal) =>
        docker.getNetwork(network).disconnect({ Container: container, Force: true, abortSignal }),
      );
    } catch (error) {
      if (!said(error, /is not connected to|no such network|network .* not found/i)) throw error;
    }
  };

  /** Returns the present address; the first one when the container lost its network during an earlier attempt. */
  const oldAddress = (inspected: ContainerInspectInfo, endpoint: EndpointSettings | undefined): string =>
    endpoint?.IPAMConfig?.IPv4Address ?? inspected.Config.Labels?.[addressLabel] ?? '';

  const addressFor = ({ namespace, newAddress }: JoinRequest, before: string, network: Network): string => {
    if (before === '' || newAddress || !isWithin(before, network)) {
      return addresses.reserve(namespace, network.subnet.own);
    }
    addresses.claim(namespace, before);
    return before;
  };

  /** Connects the container, at another address when this one was taken in the meantime. */
  const joinAt = async (
    address: string,
    { id, namespace, aliases, network }: JoinRequest & { readonly network: Network },
  ): Promise<void> => {
    try {
      await connect(network, id, endpointOf(address, aliases ?? []));
    } catch (error) {
      if (!(error instanceof EngineError && isAddressTaken(error.message))) throw error;
      const another = addresses.reserve(namespace, network.subnet.own);
      try {
        await connect(network, id, endpointOf(another, aliases ?? []));
      } finally {
        addresses.settle(namespace, another);
      }
    }
  };

  return async (request: JoinRequest): Promise<boolean> => {
    const network = await networks.ensure(request.namespace);
    const inspected = await engine.call((docker, abortSignal) =>
      docker.getContainer(request.id).inspect({ abortSignal }),
    );
    const [name, endpoint] = ownEndpoint(inspected, request.namespace) ?? [];
    const aliases = request.aliases ?? aliasesOf(endpoint, inspected.Id);
    const joined = endpoint?.NetworkID === network.id && Boolean(endpoint.EndpointID);
    if (joined && !request.newAddress && sameNames(aliases, aliasesOf(endpoint, inspected.Id))) {
      return false;
    }
    const address = addressFor(request, oldAddress(inspected, endpoint), network);
    try {
      // Disconnects by name when the container is bound to a removed network, whose id no longer resolves.
      if (name !== undefined) await disconnect(joined ? network.id : name, inspected.Id);
      await joinAt(address, { ...request, id: inspected.Id, aliases, network });
    } finally {
      addresses.settle(request.namespace, address);
    }
    return true;
  };
};
