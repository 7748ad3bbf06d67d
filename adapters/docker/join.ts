/**
 * Decides how a container comes (back) into its namespace's network: at the address it had, under the aliases asked
 * for. There is no way to change aliases in place: it leaves and joins again, and TCP survives where the address stays.
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

/** How a container shall join. */
export interface JoinRequest {
  readonly id: string;
  readonly namespace: string;
  /** undefined: those it has. */
  readonly aliases?: readonly string[] | undefined;
  /** Whether the address it had is known to be someone else's by now. */
  readonly newAddress?: boolean;
}

/** What joining needs of its neighbours. */
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

/** Makes the verb: whether anything had to be done, for the container may be there under these aliases already. */
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

  /** The address it has; where it lost its network halfway, the one it had first. */
  const oldAddress = (inspected: ContainerInspectInfo, endpoint: EndpointSettings | undefined): string =>
    endpoint?.IPAMConfig?.IPv4Address ?? inspected.Config.Labels?.[addressLabel] ?? '';

  const addressFor = ({ namespace, newAddress }: JoinRequest, before: string, network: Network): string => {
    if (before === '' || newAddress || !isWithin(before, network)) {
      return addresses.reserve(namespace, network.subnet.own);
    }
    addresses.claim(namespace, before);
    return before;
  };

  /** Connects; at another address where someone took this one meanwhile. */
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
      // By name where it is bound to a network that is gone: that one's id leads nowhere.
      if (name !== undefined) await disconnect(joined ? network.id : name, inspected.Id);
      await joinAt(address, { ...request, id: inspected.Id, aliases, network });
    } finally {
      addresses.settle(request.namespace, address);
    }
    return true;
  };
};
