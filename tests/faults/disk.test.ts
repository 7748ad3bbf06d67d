/** A disk that does not fill: many crashes and many versions later an engine holds what the settings say, and no more. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { addBystanders, type Bystanders } from '../support/bystanders.ts';
import { type InnerRegistry, openInnerRegistry } from '../support/inner-registry.ts';
import { type OwnEngine, openOwnEngine } from '../support/own-engine.ts';
import { isLinuxRoot } from '../support/privilege.ts';
import { openRingProcess, type RingProcess } from '../support/ring-process.ts';
import { until } from '../support/until.ts';

const jobs = ['one', 'two', 'three', 'four', 'five'];
const versionsOfEach = 10;
const runsOfEach = 4;
const failedRollouts = 6;
const kept = { revisions: 3, history: 2, events: 40 };

let engine: OwnEngine;
let registry: InnerRegistry;
let ring: RingProcess;
let bystanders: Bystanders;

beforeAll(async () => {
  if (!isLinuxRoot()) return;
  engine = await openOwnEngine();
  const image = await engine.ensureTestImage();
  registry = await openInnerRegistry(engine);
  ring = await openRingProcess({
    socketPath: engine.socketPath,
    env: {
      RING_INTERVAL: '1s',
      RING_GC_INTERVAL: '2s',
      RING_IMAGE_GRACE: '1s',
      RING_REVISIONS: `${kept.revisions}`,
      RING_EVENTS_KEPT: `${kept.events}`,
    },
  });
  bystanders = await addBystanders(engine.docker, image);
});

afterAll(async () => {
  await ring?.close();
  await registry?.close();
  await engine?.close();
});

/** Images that came from the registry. */
const pulledImages = async (): Promise<readonly string[]> =>
  (await engine.docker.listImages())
    .filter(({ RepoDigests }) => RepoDigests?.some((name) => name.startsWith('127.0.0.1:5000/')))
    .map(({ Id }) => Id)
    .sort();

const layersSize = async (): Promise<number> => (await engine.docker.df()).LayersSize;

const newestRun = async (id: string) => (await ring.call('GET', `/deployments/${id}/runs`)).body[0];

/** Waits for the end of a run; a crash is what is meant to come. */
const untilCrashed = (id: string, number: number) =>
  until(
    () => newestRun(id),
    (run) => run?.number === number && run.state === 'failed',
    { what: `the crash of run ${number} of ${id}`, withinMs: 120_000 },
  );

/** Every version of one job, each run until it has crashed so many times. */
const crashThrough = async (id: string, images: readonly string[]): Promise<void> => {
  let number = 0;
  for (const image of images) {
    await ring.declare(id, { kind: 'job', image, command: ['false'], history: kept.history });
    await untilCrashed(id, ++number);
    for (let more = 1; more < runsOfEach; more += 1) {
      await ring.call('POST', `/deployments/${id}/runs`, { body: {} });
      await untilCrashed(id, ++number);
    }
  }
};

/** A worker that is rolled out to one revision after the other that dies, and returns each time. */
const rollBackThrough = async (id: string, image: string): Promise<void> => {
  const terms = { replicas: 2, stop_grace: '1s', update: { min_healthy_time: '500ms', drain_delay: '0s' } };
  await ring.declare(id, { image, ...terms });
  // Only to what has proved itself is returned.
  await ring.until(id, ({ rollout }) => rollout?.state === 'completed', { what: `the start of ${id}` });
  for (let times = 1; times <= failedRollouts; times += 1) {
    await ring.declare(id, { image, command: ['sh', '-c', `exit ${times}`], ...terms });
    await ring.until(
      id,
      ({ rollout }) => rollout?.state === 'rolled_back' && rollout.revision === times + 1,
      { what: `the return from revision ${times + 1} of ${id}`, withinMs: 120_000 },
    );
  }
};

/** What the kept revisions of all jobs were pinned to. */
const neededImages = async (): Promise<readonly string[]> => {
  const all = await Promise.all(jobs.map((id) => ring.call('GET', `/deployments/${id}/revisions`)));
  const pins: string[] = all.flatMap(({ body }) => body.map((one: { image_id: string }) => one.image_id));
  return [...new Set(pins)].sort();
};

const countOf = async (id: string) => ({
  containers: (await ring.containers(id)).length,
  runs: (await ring.call('GET', `/deployments/${id}/runs`)).body.length,
  revisions: (await ring.call('GET', `/deployments/${id}/revisions`)).body.length,
  events: (await ring.events(id)).length,
});

/**
 * Of so many crashes an engine may lose count of a network's endpoints: it lists none and refuses to remove the network
 * all the same, until it counts anew at its next start.
 */
const untilNetworkIsGone = async (): Promise<void> => {
  const isGone = ({ length }: readonly unknown[]) => length === 0;
  try {
    await until(ring.networks, isGone, { what: 'the end of the network' });
  } catch (error) {
    for (const { Id } of await ring.networks()) {
      const { Containers } = await engine.docker.getNetwork(Id).inspect();
      if (Object.keys(Containers ?? {}).length > 0) throw error;
    }
    await engine.stop('TERM');
    await engine.start();
    await until(ring.networks, isGone, { what: 'the end of the network after the engine counted anew' });
  }
};

describe.runIf(isLinuxRoot())('200 crashing runs of 50 versions', () => {
  test('leave behind what the settings say, and nothing when their deployments go', async () => {
    const stranger = await registry.publish('app/stranger', '1');
    await new Promise((resolve, reject) =>
      engine.docker.pull(stranger, (error: unknown, stream: NodeJS.ReadableStream) =>
        error ? reject(error) : engine.docker.modem.followProgress(stream, resolve),
      ),
    );
    const before = {
      images: await pulledImages(),
      layers: await layersSize(),
      seen: await bystanders.look(),
    };

    await Promise.all([
      rollBackThrough('restless', 'ring-test:1'),
      ...jobs.map(async (id) => {
        const images: string[] = [];
        for (let version = 1; version <= versionsOfEach; version += 1) {
          images.push(await registry.publish(`app/${id}`, `${version}`));
        }
        await crashThrough(id, images);
      }),
    ]);

    const settled = await until(
      async () => ({
        images: await pulledImages(),
        needed: await neededImages(),
        due: (await ring.call('GET', '/gc')).body.due,
        counts: await Promise.all(jobs.map(countOf)),
      }),
      ({ images, needed, due, counts }) =>
        images.length === needed.length + 1 &&
        due.length === 0 &&
        counts.every(({ events }) => events <= kept.events),
      { what: 'what the settings say', withinMs: 60_000 },
    );
    expect(new Set(settled.images)).toEqual(new Set([...settled.needed, ...before.images]));
    expect(settled.counts).toEqual(
      jobs.map(() => ({
        containers: kept.history,
        runs: kept.history,
        revisions: kept.revisions,
        events: kept.events,
      })),
    );

    const restless = (await ring.containers('restless')).map(({ State, Labels }) => [
      State,
      Labels['ring.slot'],
    ]);
    // What failed last is kept for its logs, one of a slot.
    expect(restless.filter(([state]) => state === 'running')).toHaveLength(2);
    const failed = restless.filter(([state]) => state === 'exited').map(([, slot]) => slot);
    expect(failed).toEqual([...new Set(failed)]);
    expect(restless).toHaveLength(2 + failed.length);

    for (const id of [...jobs, 'restless']) await ring.call('DELETE', `/deployments/${id}`);
    for (const id of [...jobs, 'restless']) await ring.untilGone(id);
    await until(pulledImages, (images) => images.length === before.images.length, {
      what: 'the end of the images',
    });
    // An image is no longer listed a moment before its layers are given back.
    await until(layersSize, (size) => size === before.layers, { what: 'the end of the layers' });
    expect({
      images: await pulledImages(),
      layers: await layersSize(),
      seen: await bystanders.look(),
      containers: await ring.containers(),
    }).toEqual({ ...before, containers: [] });
    await untilNetworkIsGone();
    // Two hundred starts take an engine as long as they take it.
  }, 900_000);
});
