/**
 * The calls that change a fake engine, each with the refusals of the real one. fake-faults.ts decides which calls fail.
 */
import { isOnHost } from '../../core/container/options.ts';
import {
  attemptOf,
  type CreateRequest,
  type ExecRequest,
  type ExecResult,
  type Identity,
  type Owner,
  type RuntimeEvent,
} from '../../core/runtime.ts';
import { RuntimeError, type RuntimeErrorKind } from '../../core/runtime-error.ts';
import { type FakeContainer, type FakeEngineState, runs } from './fake-engine-state.ts';

interface World {
  readonly state: FakeEngineState;
  readonly now: () => number;
  readonly hasImage: (imageId: string) => boolean;
  readonly emit: (container: FakeContainer, action: RuntimeEvent['action'], exitCode?: number | null) => void;
}

const sameIdentity = (left: Identity, right: Identity): boolean =>
  left.uid === right.uid &&
  left.revision === right.revision &&
  left.slot === right.slot &&
  left.specHash === right.specHash &&
  attemptOf(left) === attemptOf(right);

const hostPorts = (container: FakeContainer): readonly string[] =>
  container.request.spec.ports.map((port) => `${port.hostIp}:${port.published}/${port.protocol}`);

/** Makes the commands over a state. */
export const makeFakeCommands = ({ state, now, hasImage, emit }: World) => {
  let made = 0;

  const lookup = (idOrName: string): FakeContainer | undefined =>
    state.containers.get(idOrName) ??
    [...state.containers.values()].find((each) => each.request.containerName === idOrName);

  const find = (idOrName: string): FakeContainer => {
    const found = lookup(idOrName);
    if (!found) throw new RuntimeError('missing', `No such container: ${idOrName}`);
    return found;
  };

  const adopt = (request: CreateRequest): string | null => {
    if (state.strangers.has(request.containerName)) throw taken(request.containerName);
    const holder = lookup(request.containerName);
    if (!holder) return null;
    if (!sameIdentity(holder.request.identity, request.identity)) throw taken(request.containerName);
    return holder.id;
  };

  const create = (request: CreateRequest): string => {
    if (!hasImage(request.imageId)) {
      throw new RuntimeError('image_gone', `The image ${request.imageId} is no longer on the engine`);
    }
    const { namespace } = request.identity;
    if (!isOnHost(request.spec) && !state.networks.has(namespace)) throw noNetwork(namespace);
    const adopted = adopt(request);
    if (adopted) return adopted;
    const missing = [
      ...request.spec.volumes.filter((volume) => volume.type === 'bind' && !volume.makeSource),
      ...request.files,
    ].find(({ source }) => state.missingPaths.has(source));
    if (missing) {
      throw new RuntimeError('file_system', `The mount source ${missing.source} does not exist`);
    }
    const container: FakeContainer = {
      id: (++made).toString(16).padStart(64, '0'),
      request,
      state: 'created',
      aliases: request.aliases,
      connected: true,
      startedAt: null,
      finishedAt: null,
      exitCode: null,
      oomKilled: false,
      error: '',
      restartCount: 0,
      lines: [],
    };
    state.containers.set(container.id, container);
    emit(container, 'create');
    return container.id;
  };

  const refuse = (container: FakeContainer, kind: RuntimeErrorKind, message: string): never => {
    container.error = message;
    throw new RuntimeError(kind, message);
  };

  const start = (idOrName: string): void => {
    const container = find(idOrName);
    if (container.state === 'running') return;
    if (container.state === 'paused') throw new RuntimeError('other', 'A paused container cannot be started');
    if (!isOnHost(container.request.spec) && !state.networks.has(container.request.identity.namespace)) {
      refuse(container, 'network_gone', `network ring_${container.request.identity.namespace} not found`);
    }
    const { command, volumes } = container.request.spec;
    const word = command?.[0];
    if (word !== undefined && state.missingCommands.has(word)) {
      refuse(container, 'command', `exec: "${word}": executable file not found in $PATH`);
    }
    const sources = [...volumes.filter(({ type }) => type === 'bind'), ...container.request.files];
    const gone = sources.find(({ source }) => state.missingPaths.has(source));
    // Unlike other refusals this one is in the reply only: the engine keeps no error of it.
    if (gone) throw new RuntimeError('file_system', `The mount source ${gone.source} does not exist`);
    const wanted = hostPorts(container);
    const clash = [...state.containers.values()].some(
      (other) => other !== container && runs(other) && hostPorts(other).some((port) => wanted.includes(port)),
    );
    if (clash) refuse(container, 'port_taken', 'Bind for the host port failed: port is already allocated');
    Object.assign(container, { state: 'running', startedAt: now(), error: '', restartCount: 0 });
    Object.assign(container, { connected: true, oomKilled: false, exitCode: null });
    emit(container, 'start');
  };

  const stop = (id: string): void => {
    const container = lookup(id);
    if (!container || (!runs(container) && container.state !== 'restarting')) return;
    const died = runs(container);
    container.state = 'exited';
    emit(container, 'kill');
    if (died) {
      container.finishedAt = now();
      container.exitCode = 143;
      emit(container, 'die', 143);
    }
    emit(container, 'stop');
  };

  const userOf = (idOrName: string): Owner => {
    const [user = '', group = ''] = (find(idOrName).request.spec.user ?? '').split(':');
    const known = state.users.get(user);
    if (user !== '' && !known && !/^\d+$/.test(user)) {
      throw new RuntimeError('config', `unable to find user ${user}: no such name in the image`);
    }
    const { uid, gid } = known ?? { uid: Number(user), gid: 0 };
    return { uid, gid: /^\d+$/.test(group) ? Number(group) : gid };
  };

  const unpause = (id: string): void => {
    const container = find(id);
    if (container.state === 'paused') container.state = 'running';
    else if (container.state !== 'running') throw new RuntimeError('other', `Container ${id} is not paused`);
  };

  const remove = (id: string): void => {
    const container = lookup(id);
    if (!container) return;
    if (runs(container) || container.state === 'restarting') {
      throw new RuntimeError('other', 'You cannot remove a running container');
    }
    state.containers.delete(container.id);
    emit(container, 'destroy');
  };

  const connect = (id: string, namespace: string, aliases: readonly string[]): void => {
    const container = find(id);
    if (isOnHost(container.request.spec)) {
      throw new RuntimeError('network', "What is on the host's network cannot join another");
    }
    if (!state.networks.has(namespace)) throw noNetwork(namespace);
    container.connected = true;
    container.aliases = aliases;
  };

  const isUsed = (namespace: string): boolean =>
    [...state.containers.values()].some(
      ({ request }) => request.identity.namespace === namespace && !isOnHost(request.spec),
    );

  const release = (namespace: string): boolean => {
    if (isUsed(namespace)) return false;
    state.networks.delete(namespace);
    return true;
  };

  const exec = (id: string, { command }: ExecRequest): ExecResult => {
    const container = find(id);
    if (container.state !== 'running') throw new RuntimeError('other', `Container ${id} is not running`);
    const [word = ''] = command;
    if (state.missingCommands.has(word)) return { exitCode: 126, output: `exec: "${word}": not found` };
    return state.programs.get(command.join(' ')) ?? { exitCode: word === 'false' ? 1 : 0, output: '' };
  };

  return { exec, find, create, start, stop, userOf, unpause, remove, connect, isUsed, release };
};

const taken = (name: string): RuntimeError =>
  new RuntimeError('name_taken', `The container name ${name} belongs to another container`);

const noNetwork = (namespace: string): RuntimeError =>
  new RuntimeError('network', `The namespace ${namespace} has no network on this engine`);
