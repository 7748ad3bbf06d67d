/**
 * Makes the calls that change a container. A change that is already in place counts as done, and after a lost response
 * the container is looked up by name before the call is repeated.
 */
import type { ContainerInspectInfo } from 'dockerode';
import { isOnHost } from '../../core/container/options.ts';
import type { CreateRequest } from '../../core/runtime.ts';
import { RuntimeError } from '../../core/runtime-error.ts';
import type { AddressBook } from './addresses.ts';
import type { Engine } from './connect.ts';
import { pause } from './deadline.ts';
import { EngineError, isLost, isNotFound } from './engine-error.ts';
import { commandFault, isAddressTaken, toRuntimeError } from './faults.ts';
import type { makeJoin } from './join.ts';
import { identityOf, isSameInstance } from './labels.ts';
import { instantOf, stateOf, toCreateOptions } from './mapping.ts';
import type { Networks } from './networks.ts';

/** What the calls need. */
export interface InstanceParts {
  readonly engine: Engine;
  readonly installationId: string;
  readonly networks: Networks;
  readonly addresses: AddressBook;
  readonly join: ReturnType<typeof makeJoin>;
  readonly callTimeoutMs: number;
}

const retries = 12;
const retryMs = 150;

const said = (error: unknown, pattern: RegExp): boolean =>
  error instanceof EngineError && error.status !== null && pattern.test(error.message);

/** Makes the calls over an engine. They reject with EngineError or RuntimeError. */
export const makeInstances = (parts: InstanceParts) => {
  const { engine, installationId, networks, addresses, join, callTimeoutMs } = parts;

  const inspect = (idOrName: string): Promise<ContainerInspectInfo> =>
    engine.call((docker, abortSignal) => docker.getContainer(idOrName).inspect({ abortSignal }));

  /**
   * Returns the id of the requested container, found by name; null when there is none yet or any more. RuntimeError
   * `name_taken` when another container has the name.
   */
  const holderOf = async (request: CreateRequest): Promise<string | null> => {
    let found: ContainerInspectInfo;
    try {
      found = await inspect(request.containerName);
    } catch (error) {
      // The name is reserved before the container is visible, and until its removal is complete.
      if (isNotFound(error)) return null;
      throw error;
    }
    const identity = identityOf(installationId, found.Config.Labels);
    if (!identity || !isSameInstance(identity, request.identity)) {
      throw new RuntimeError('name_taken', `The name ${request.containerName} belongs to another container`);
    }
    return ['removing', 'dead'].includes(found.State.Status) ? null : found.Id;
  };

  /** Creates the container. An `address` of null means the host's own network. */
  const createOnce = async (request: CreateRequest, address: string | null): Promise<string> => {
    const place =
      address === null
        ? null
        : { networkId: (await networks.current(request.identity.namespace)).id, address };
    const { logDriver } = await engine.facts();
    const options = toCreateOptions(request, { installationId, place, logDriver });
    const made = await engine.call((docker, abortSignal) =>
      docker.createContainer({ ...options, abortSignal }),
    );
    return made.id;
  };

  /** Returns the id of a created or adopted container, or the error that prevented both for now. */
  const tryCreate = async (request: CreateRequest, address: string | null): Promise<string | EngineError> => {
    try {
      return await createOnce(request, address);
    } catch (error) {
      // After a lost response the container probably exists: look it up, and create again only if the name is free.
      const worthALook = isLost(error) || said(error, /is already in use by container/i);
      if (!(error instanceof EngineError) || !worthALook) throw error;
      return (await holderOf(request)) ?? error;
    }
  };

  const createOrAdopt = async (request: CreateRequest, address: string | null): Promise<string> => {
    for (let attempt = 1; ; attempt++) {
      const made = await tryCreate(request, address);
      if (typeof made === 'string') return made;
      if (attempt === retries) throw made;
      await pause(retryMs);
    }
  };

  const wasRefused = async (idOrName: string, refusal: unknown): Promise<void> => {
    const { State } = await inspect(idOrName);
    const state = stateOf(State.Status);
    const began = instantOf(State.StartedAt) !== null;
    if (began && (state === 'running' || state === 'restarting')) return;
    const judged = toRuntimeError(refusal, 'start');
    // 126 and 127 stand for any failure on the way to the command, so the message is classified first.
    const isVague = judged.kind === 'config' || judged.kind === 'other';
    if (isVague && (State.ExitCode === 126 || State.ExitCode === 127)) {
      throw new RuntimeError('command', commandFault(judged.message, State.ExitCode), { cause: refusal });
    }
    throw refusal;
  };

  const startOnce = async (idOrName: string): Promise<void> => {
    try {
      await engine.call((docker, abortSignal) => docker.getContainer(idOrName).start({ abortSignal }));
    } catch (error) {
      if (error instanceof EngineError && error.status === 304) return;
      if (said(error, /no such container/i)) throw error;
      await wasRefused(idOrName, error);
    }
  };

  /** Whether a start was refused because of the container's place in its network; if so, joins the network again. */
  const rejoined = async (idOrName: string, refusal: unknown): Promise<boolean> => {
    const lostNetwork = said(refusal, /network \S+ not found/i);
    const lostAddress = refusal instanceof EngineError && isAddressTaken(refusal.message);
    if (!lostNetwork && !lostAddress) return false;
    const found = await inspect(idOrName);
    const identity = identityOf(installationId, found.Config.Labels);
    if (!identity) return false;
    await join({ id: found.Id, namespace: identity.namespace, newAddress: lostAddress });
    return true;
  };

  const isGone = async (id: string): Promise<boolean> => {
    try {
      await inspect(id);
      return false;
    } catch (error) {
      if (isNotFound(error)) return true;
      throw error;
    }
  };

  const awaitRemoval = async (id: string): Promise<void> => {
    for (let waitedMs = 0; waitedMs < callTimeoutMs; waitedMs += retryMs) {
      if (await isGone(id)) return;
      await pause(retryMs);
    }
    throw new EngineError(null, `the removal of ${id.slice(0, 12)} does not end`);
  };

  return {
    async create(request: CreateRequest): Promise<string> {
      if (isOnHost(request.spec)) return createOrAdopt(request, null);
      const { namespace } = request.identity;
      const { subnet } = await networks.current(namespace);
      const address = addresses.reserve(namespace, subnet.own);
      try {
        const id = await createOrAdopt(request, address);
        addresses.settle(namespace, address);
        return id;
      } catch (error) {
        // After a lost response the container may still appear with this address: only a list can tell.
        if (isLost(error)) addresses.settle(namespace, address);
        else addresses.release(namespace, address);
        throw error;
      }
    },

    async start(idOrName: string): Promise<void> {
      for (let attempt = 0; ; attempt++) {
        try {
          await startOnce(idOrName);
          return;
        } catch (error) {
          if (attempt >= 2 || !(await rejoined(idOrName, error))) throw error;
        }
      }
    },

    async stop(id: string, graceMs: number): Promise<void> {
      const t = Math.ceil(graceMs / 1000);
      try {
        await engine.call(
          (docker, abortSignal) => docker.getContainer(id).stop({ t, abortSignal }),
          t * 1000 + callTimeoutMs,
        );
      } catch (error) {
        if (!(error instanceof EngineError && (error.status === 304 || error.status === 404))) throw error;
      }
    },

    async unpause(id: string): Promise<void> {
      try {
        await engine.call((docker, abortSignal) => docker.getContainer(id).unpause({ abortSignal }));
      } catch (error) {
        if (!said(error, /is not paused/i) || (await inspect(id)).State.Status !== 'running') throw error;
      }
    },

    async remove(id: string): Promise<void> {
      try {
        await engine.call((docker, abortSignal) =>
          docker.getContainer(id).remove({ v: true, force: false, abortSignal }),
        );
      } catch (error) {
        if (isNotFound(error)) return;
        if (isLost(error) && (await isGone(id))) return;
        if (!said(error, /already in progress/i)) throw error;
        await awaitRemoval(id);
      }
    },
  };
};
