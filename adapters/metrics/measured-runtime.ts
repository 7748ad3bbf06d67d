/** Wraps an engine to count and time its calls by name; arguments and results are unchanged. */
import type { Instance, Runtime } from '../../core/runtime.ts';
import { RuntimeError } from '../../core/runtime-error.ts';
import type { Counters } from './counters.ts';

/** A measured engine and its last observation. */
export interface MeasuredRuntime {
  readonly runtime: Runtime;
  /** Whether the engine answered the last call; null before the first one. */
  isUp(): boolean | null;
  /** Returns the containers of the last successful observation; null when there is none or a later one failed. */
  lastSeen(): readonly Instance[] | null;
}

type Operation = keyof Runtime;

/** Wraps an engine. */
export const measureRuntime = (
  runtime: Runtime,
  { calls, callErrors, callTimes }: Pick<Counters, 'calls' | 'callErrors' | 'callTimes'>,
): MeasuredRuntime => {
  let isUp: boolean | null = null;
  let seen: readonly Instance[] | null = null;

  const fail = (operation: Operation, error: unknown): void => {
    const kind = error instanceof RuntimeError ? error.kind : 'unexpected';
    callErrors.add({ operation, kind });
    isUp = kind !== 'unavailable';
    if (operation === 'observe') seen = null;
  };

  const timed = async <T>(operation: Operation, work: () => Promise<T>): Promise<T> => {
    const begun = performance.now();
    calls.add({ operation });
    try {
      const result = await work();
      isUp = true;
      return result;
    } catch (error) {
      fail(operation, error);
      throw error;
    } finally {
      callTimes.observe({ operation }, performance.now() - begun);
    }
  };

  // Streams last as long as their reader: they are counted but not timed.
  async function* followed<T>(operation: Operation, stream: AsyncIterable<T>): AsyncGenerator<T> {
    calls.add({ operation });
    try {
      yield* stream;
    } catch (error) {
      fail(operation, error);
      throw error;
    }
  }

  const observe = async (): Promise<readonly Instance[]> => {
    seen = await timed('observe', () => runtime.observe());
    return seen;
  };

  return {
    isUp: () => isUp,
    lastSeen: () => seen,
    runtime: {
      observe,
      resolveImage: (request) => timed('resolveImage', () => runtime.resolveImage(request)),
      ensureNetwork: (namespace) => timed('ensureNetwork', () => runtime.ensureNetwork(namespace)),
      releaseNetwork: (namespace) => timed('releaseNetwork', () => runtime.releaseNetwork(namespace)),
      networks: () => timed('networks', () => runtime.networks()),
      idleNetworks: () => timed('idleNetworks', () => runtime.idleNetworks()),
      listImages: () => timed('listImages', () => runtime.listImages()),
      removeImage: (id, names) => timed('removeImage', () => runtime.removeImage(id, names)),
      create: (request) => timed('create', () => runtime.create(request)),
      start: (idOrName) => timed('start', () => runtime.start(idOrName)),
      stop: (id, graceMs) => timed('stop', () => runtime.stop(id, graceMs)),
      userOf: (idOrName) => timed('userOf', () => runtime.userOf(idOrName)),
      unpause: (id) => timed('unpause', () => runtime.unpause(id)),
      remove: (id) => timed('remove', () => runtime.remove(id)),
      connect: (id, namespace, aliases) => timed('connect', () => runtime.connect(id, namespace, aliases)),
      exec: (id, request) => timed('exec', () => runtime.exec(id, request)),
      facts: () => timed('facts', () => runtime.facts()),
      capacity: () => timed('capacity', () => runtime.capacity()),
      usage: (of) => timed('usage', () => runtime.usage(of)),
      volumes: () => timed('volumes', () => runtime.volumes()),
      createVolume: (request) => timed('createVolume', () => runtime.createVolume(request)),
      removeVolume: (name) => timed('removeVolume', () => runtime.removeVolume(name)),
      published: () => timed('published', () => runtime.published()),
      ping: () => timed('ping', () => runtime.ping()),
      logs: (id, request) => followed('logs', runtime.logs(id, request)),
      events: (signal) => followed('events', runtime.events(signal)),
    },
  };
};
