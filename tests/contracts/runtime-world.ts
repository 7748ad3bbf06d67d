/**
 * The world in which the Runtime contract is checked: an engine, and what others may do to it. The promises
 * themselves stand in the other runtime*.ts here.
 */
import type { CreateRequest, Instance, Runtime } from '../../core/runtime.ts';
import type { RuntimeErrorKind } from '../../core/runtime-error.ts';
import { aSpec } from '../support/records.ts';

/** A runtime, and what others may do to its engine. */
export interface RuntimeWorld {
  readonly runtime: Runtime;
  /** An image that is on the engine and that no registry gave. */
  readonly image: string;
  readonly namespace: string;
  /** A command that runs until it is told to end. */
  readonly command: readonly string[];
  /** A command that does not exist. */
  readonly missingCommand: string;
  /** Programs to run inside a container: one says `out`, and `err` on its stderr, and ends with 3; one takes minutes. */
  readonly programs: { readonly talking: readonly string[]; readonly slow: readonly string[] };
  /** An absolute host path that does not exist. */
  readonly missingPath: string;
  /** A host port that nobody uses. */
  readonly freePort: number;
  /** The process ends by itself. */
  exit(id: string, exitCode: number): Promise<void>;
  pause(id: string): Promise<void>;
  /** Someone else takes the name. */
  occupy(containerName: string): Promise<void>;
  /** Someone makes a volume of their own. */
  addVolume(name: string): Promise<void>;
  /** Someone removes the namespace's network by force. */
  dropNetwork(namespace: string): Promise<void>;
  /** Someone takes a container off its namespace's network. */
  leave(id: string): Promise<void>;
  /** Someone joins it by hand under other names. */
  rejoin(id: string, aliases: readonly string[]): Promise<void>;
  /** The addresses that a name stands for, asked from inside a container; at least one is expected. */
  lookup(id: string, name: string): Promise<readonly string[]>;
  /** The process writes a line to its stdout. */
  say(id: string, message: string): Promise<void>;
  close(): Promise<void>;
}

/** The kind of error that some work ends with, or `done`. */
export const kindOf = (work: Promise<unknown>): Promise<RuntimeErrorKind | 'done'> =>
  work.then(
    () => 'done' as const,
    (error: { kind: RuntimeErrorKind }) => error.kind,
  );

/** Looks until it is enough, and no longer than a patient reader would; what was seen last. */
export const eventually = async <T>(look: () => Promise<T>, enough: (found: T) => boolean): Promise<T> => {
  for (let tries = 0; ; tries++) {
    const found = await look();
    if (enough(found) || tries > 200) return found;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
};

/** A world in which a test can begin: its namespace has a network, its image is known. */
export interface Situation {
  readonly world: RuntimeWorld;
  readonly runtime: Runtime;
  readonly imageId: string;
  /** A request for slot 0. */
  request(changes?: Partial<CreateRequest>): CreateRequest;
  inSlot(slot: number, changes?: Partial<CreateRequest>): CreateRequest;
  /** Makes and starts slot 0. */
  run(changes?: Partial<CreateRequest>): Promise<string>;
  /** The only instance, or the newest. */
  only(): Promise<Instance | undefined>;
}

/** Opens a situation in a world. */
export const openSituation = async (world: RuntimeWorld): Promise<Situation> => {
  const { runtime, namespace, image } = world;
  await runtime.ensureNetwork(namespace);
  const { imageId } = await runtime.resolveImage({ image, policy: 'Never', pin: null, credentials: null });
  const inSlot = (slot: number, changes: Partial<CreateRequest> = {}): CreateRequest => ({
    containerName: `${namespace}_web_${slot}_r1`,
    identity: {
      uid: 'u1',
      deploymentId: 'web',
      namespace,
      name: 'web',
      revision: 1,
      slot,
      specHash: 'hash-1',
    },
    spec: aSpec({ command: world.command, restartPolicy: 'never', stopGraceMs: 1000 }),
    environment: {},
    files: [],
    imageId,
    aliases: ['web'],
    ...changes,
  });
  const request = (changes: Partial<CreateRequest> = {}) => inSlot(0, changes);
  return {
    world,
    runtime,
    imageId,
    request,
    inSlot,
    async run(changes = {}) {
      const id = await runtime.create(request(changes));
      await runtime.start(id);
      return id;
    },
    only: async () => (await runtime.observe())[0],
  };
};
