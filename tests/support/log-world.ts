/** A deployment `web` whose containers write logs, on the fakes of an API world, and a reader of server-sent events. */
import { onTestFinished } from 'vitest';
import { createDeployment } from '../../core/deployment/commands/create.ts';
import { removeDeployment } from '../../core/deployment/commands/remove.ts';
import { emptyMemory } from '../../core/reconcile/memory.ts';
import type { Identity } from '../../core/runtime.ts';
import type { ApiWorld } from './api-world.ts';
import { aCaller, aDraft } from './builders.ts';
import { someIdentity } from './fake-runtime.ts';
import { aSpec, aView } from './records.ts';

/** Turns for what a deployment's containers do. */
export interface LogWorld {
  /** Runs a container of that slot and revision; returns its id. */
  run(slot: number, revision?: number): Promise<string>;
  /** Runs the first container of another deployment; returns its id. */
  runOf(of: Pick<Identity, 'uid' | 'name' | 'namespace'>): Promise<string>;
  /** The recorder notes that these are the deployment's containers now. */
  record(instances: readonly string[]): Promise<void>;
  /** The deployment is deleted and its last container gone. */
  purge(): Promise<void>;
}

/** Declares `web` with the uid `uid-1`; it has no container yet. */
export async function makeLogWorld({ ports, runtime, commands }: ApiWorld): Promise<LogWorld> {
  await createDeployment(aDraft(), aCaller(), ports);
  await runtime.ensureNetwork('default');
  const imageId = runtime.images.add('nginx:1.21');
  const { reconciler } = commands.store;
  const write = async (recording: { instances: readonly string[]; purge: boolean }) => {
    const lease = await reconciler.acquireLease(60_000);
    if (!lease) throw new Error('The lease is free');
    const observation = { view: aView({ instances: [...recording.instances] }), memory: emptyMemory };
    const { purge } = recording;
    await reconciler.record(lease, [
      {
        uid: 'uid-1',
        generation: purge ? 2 : 1,
        observation: purge ? null : observation,
        events: [],
        runs: null,
        purge,
      },
    ]);
    await reconciler.releaseLease(lease);
  };
  const start = async (identity: Identity): Promise<string> => {
    const { namespace, name, slot, revision } = identity;
    const containerName = `${namespace}_${name}_${slot}_r${revision}`;
    const terms = { imageId, spec: aSpec(), environment: {}, files: [], aliases: [] };
    const id = await runtime.create({ containerName, identity, ...terms });
    await runtime.start(id);
    return id;
  };
  return {
    run: (slot, revision = 1) => start(someIdentity({ uid: 'uid-1', slot, revision })),
    async runOf(of) {
      await runtime.ensureNetwork(of.namespace);
      return start(someIdentity({ ...of, deploymentId: of.name, slot: 0 }));
    },
    record: (instances) => write({ instances, purge: false }),
    async purge() {
      await removeDeployment('web', aCaller(), ports);
      await write({ instances: [], purge: true });
    },
  };
}

/** Reads server-sent events one after the other; stops with the test. */
export function readEvents(response: Response) {
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  if (!reader) throw new Error('The response has no body');
  const stop = () => reader.cancel().catch(() => undefined);
  onTestFinished(async () => {
    await stop();
  });
  let buffer = '';
  const block = async (): Promise<string | null> => {
    while (!buffer.includes('\n\n')) {
      const { done, value } = await reader.read();
      if (done) return null;
      buffer += value;
    }
    const [first = '', ...rest] = buffer.split('\n\n');
    buffer = rest.join('\n\n');
    return first;
  };
  return {
    stop,
    /** The next event with data, parsed; null at the end of the stream. */
    async next(): Promise<{ id?: string; event?: string; data: ReturnType<typeof JSON.parse> } | null> {
      const text = await block();
      if (text === null) return null;
      const fields = Object.fromEntries(
        text.split('\n').map((line) => {
          const at = line.indexOf(':');
          return [line.slice(0, at), line.slice(at + 2)];
        }),
      );
      return fields.data === undefined ? this.next() : { ...fields, data: JSON.parse(fields.data) };
    },
  };
}
