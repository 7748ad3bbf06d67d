/**
 * Opens a Docker engine as Ring's Runtime: assembles the parts of this folder and ensures that only RuntimeErrors leave
 * it.
 */
import type { Log } from '../../core/ports.ts';
import type { Instance, LogLine, Runtime, RuntimeEvent } from '../../core/runtime.ts';
import { makeAddressBook } from './addresses.ts';
import { type KernelFiles, makeReadGroup, ownKernel } from './cgroup.ts';
import { type EngineAddress, makeEngine } from './connect.ts';
import { makeUserOf } from './container-user.ts';
import { makeDockerConfig } from './docker-config.ts';
import { readEvents } from './events.ts';
import { makeExec } from './exec.ts';
import { type Subject, toRuntimeError } from './faults.ts';
import { makeImages } from './images.ts';
import { makeInstances } from './instances.ts';
import { makeJoin } from './join.ts';
import { readLogs } from './logs.ts';
import { makeNetworkNews } from './network-news.ts';
import { makeNetworks } from './networks.ts';
import { makeObserver } from './observe.ts';
import { readPublished } from './published.ts';
import { makeStoredImages } from './stored-images.ts';
import { makeUsage } from './usage.ts';
import { makeVolumes } from './volumes.ts';

/** How to reach an engine, and the identity to use. */
export interface DockerOptions {
  /** Identifies the containers, networks and volumes of this installation. */
  readonly installationId: string;
  readonly address: EngineAddress;
  /** The pool from which subnets of namespaces are allocated. */
  readonly networkPool?: string;
  /** The maximum duration of a call (ms); a stop adds its grace period. */
  readonly callTimeoutMs?: number;
  /** A pull without progress fails after this time (ms). */
  readonly pullSilenceMs?: number;
  /** The directory of the host's docker config, read for credentials at each pull; null for none. */
  readonly dockerConfig?: string | null;
  /** A credential helper fails after this time (ms). */
  readonly helperTimeoutMs?: number;
  /** How often a quiet event stream is checked (ms). */
  readonly heartbeatMs?: number;
  /** The locations of the kernel's files; the usage of containers not found there is requested from the engine. */
  readonly kernel?: KernelFiles;
  readonly log: Log;
}

/** A Runtime that holds connections until it is closed. */
export interface DockerRuntime extends Runtime {
  /** Ends all calls in progress; containers keep running. */
  close(): void;
}

/** Runs work that may reject with anything; the result rejects with RuntimeError. */
const judged = async <T>(subject: Subject, work: Promise<T>, secrets: readonly string[] = []): Promise<T> => {
  try {
    return await work;
  } catch (error) {
    throw toRuntimeError(error, subject, secrets);
  }
};

async function* judgedStream<T>(stream: AsyncIterable<T>): AsyncGenerator<T> {
  try {
    yield* stream;
  } catch (error) {
    throw toRuntimeError(error, 'read');
  }
}

/** Opens an engine. Connects with the first call, so the engine may be down at this point. */
export const openDocker = (options: DockerOptions): DockerRuntime => {
  const { installationId, address, log } = options;
  const { networkPool = '10.201.0.0/16', callTimeoutMs = 30_000 } = options;
  const { pullSilenceMs = 120_000, heartbeatMs = 15_000 } = options;
  const { dockerConfig = null, helperTimeoutMs = 20_000, kernel = ownKernel } = options;
  const engine = makeEngine(address, callTimeoutMs);
  const addresses = makeAddressBook();
  const networks = makeNetworks({ engine, installationId, pool: networkPool, addresses, log });
  const join = makeJoin({ engine, networks, addresses });
  const instances = makeInstances({ engine, installationId, networks, addresses, join, callTimeoutMs });
  const exec = makeExec(engine);
  const userOf = makeUserOf(engine);
  const resolveImage = makeImages({
    engine,
    pullSilenceMs,
    hostAuth: makeDockerConfig({ directory: dockerConfig, helperTimeoutMs }),
  });
  const storedImages = makeStoredImages(engine);
  const volumes = makeVolumes(engine, installationId);
  const monotonicMs = () => performance.now();
  const observer = makeObserver({ engine, installationId, addresses, monotonicMs });
  const news = makeNetworkNews({ ...observer, monotonicMs });
  const usage = makeUsage({ engine, monotonicMs, readGroup: makeReadGroup(kernel, monotonicMs) });

  /** Makes the next observation inspect the container, whatever the outcome of the call. */
  const touching = <T>(idOrName: string, work: Promise<T>): Promise<T> =>
    work.finally(() => observer.touch(idOrName));

  async function* events(signal: Parameters<Runtime['events']>[0]): AsyncGenerator<RuntimeEvent> {
    const onOpen = () => {
      observer.forget();
      news.forget();
    };
    const parts = { engine, installationId, heartbeatMs, onOpen };
    for await (const heard of readEvents(parts, signal)) {
      for (const event of heard.type === 'container' ? [heard.event] : news.concerning(heard.event)) {
        note(event);
        yield event;
      }
    }
  }

  function note(event: RuntimeEvent): void {
    observer.touch(event.instanceId);
    news.note(event);
    if (event.action === 'die' && event.exitCode !== null)
      observer.noteExit(event.instanceId, event.exitCode);
  }

  async function connect(id: string, namespace: string, aliases: readonly string[]): Promise<void> {
    const end = news.rejoining(id);
    let isDone = true;
    try {
      isDone = await join({ id, namespace, aliases });
    } finally {
      end(isDone);
    }
  }

  return {
    observe: (): Promise<readonly Instance[]> => judged('read', observer.observe()),
    resolveImage: (request) => judged('read', resolveImage(request)),
    ensureNetwork: (namespace) =>
      judged(
        'network',
        networks.ensure(namespace).then(() => undefined),
      ),
    releaseNetwork: (namespace) => judged('network', networks.release(namespace)),
    networks: () => judged('read', networks.namespaces()),
    idleNetworks: () => judged('read', networks.idle()),
    listImages: () => judged('read', storedImages.list()),
    removeImage: (imageId, names) => judged('remove', storedImages.remove(imageId, names)),
    create: (request) => judged('create', instances.create(request), Object.values(request.environment)),
    start: (idOrName) => judged('start', observer.sparing(idOrName, instances.start(idOrName))),
    stop: (id, graceMs) => judged('stop', touching(id, instances.stop(id, graceMs))),
    userOf: (idOrName) => judged('start', userOf(idOrName)),
    unpause: (id) => judged('other', touching(id, instances.unpause(id))),
    remove: (id) => judged('remove', touching(id, instances.remove(id))),
    connect: (id, namespace, aliases) => judged('network', touching(id, connect(id, namespace, aliases))),
    exec: (id, request) => judged('other', exec(id, request)),
    logs: (id, request): AsyncIterable<LogLine> =>
      judgedStream(readLogs(engine, { id, silenceMs: callTimeoutMs }, request)),
    events: (signal) => judgedStream(events(signal)),
    facts: () => judged('read', readFacts()),
    capacity: () => judged('read', readCapacity()),
    volumes: () => judged('read', volumes.volumes()),
    createVolume: (request) => judged('other', volumes.createVolume(request)),
    removeVolume: (name) => judged('other', volumes.removeVolume(name)),
    usage: (of) => judged('read', usage(of)),
    published: () => judged('read', readPublished(engine, installationId)),
    ping: () =>
      judged(
        'read',
        engine.get('/_ping').then(() => undefined),
      ),
    close: () => engine.close(),
  };

  async function readFacts() {
    const { version, apiVersion } = await engine.facts();
    const info = await engine.get('/info');
    return {
      version,
      apiVersion,
      containersRunning: numberOf(info, 'ContainersRunning'),
      containersTotal: numberOf(info, 'Containers'),
    };
  }

  async function readCapacity() {
    const info = await engine.get('/info');
    return { memoryBytes: numberOf(info, 'MemTotal'), nanoCpus: numberOf(info, 'NCPU') * 1e9 };
  }
};

const numberOf = (answer: unknown, key: string): number =>
  typeof answer === 'object' && answer !== null ? Number(Reflect.get(answer, key)) : 0;
