/** What people do to images and containers by hand while Ring works: it heals what it can, and says what it cannot. */
import { once } from 'node:events';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { running, runningIds, shapeOf } from '../support/inspect.ts';
import { type OwnEngine, openOwnEngine } from '../support/own-engine.ts';
import { isLinuxRoot } from '../support/privilege.ts';
import { openRingProcess, type RingProcess } from '../support/ring-process.ts';
import { until } from '../support/until.ts';

let engine: OwnEngine;
let ring: RingProcess;
let folder = '';
const images: string[] = [];

beforeAll(async () => {
  if (!isLinuxRoot()) return;
  folder = await mkdtemp(join(tmpdir(), 'ring-by-hand-'));
  engine = await openOwnEngine();
  for (const version of ['1', '2']) images.push(await engine.ensureTestImage(version));
  ring = await openRingProcess({ socketPath: engine.socketPath, env: { RING_INTERVAL: '1s' } });
});

afterAll(async () => {
  await ring?.close();
  await engine?.close();
  if (folder !== '') await rm(folder, { recursive: true });
});

const terms = { stop_grace: '2s', update: { min_healthy_time: '2s', drain_delay: '1s' } };

const untilRuns = async (id: string, replicas: number): Promise<readonly string[]> => {
  await until(
    async () => shapeOf(await ring.containers(id)).join(),
    (shape) => shape === running(replicas).join(),
    { what: `${replicas} of ${id}` },
  );
  const isSo = (seen: { status: string; ready_replicas: number }) =>
    seen.status === 'running' && seen.ready_replicas === replicas;
  return (await ring.until(id, isSo)).instances;
};

const save = async (image: string, file: string) => {
  const stream = await engine.docker.getImage(image).get();
  await once(stream.pipe(createWriteStream(file)), 'finish');
};

const load = async (file: string) => {
  const progress = await engine.docker.loadImage(createReadStream(file));
  for await (const _ of progress);
};

describe.runIf(isLinuxRoot())('people who work beside Ring', () => {
  test('an image that is removed by hand stops nothing that runs, is named as what is missing, and is used when it is back', async () => {
    const [image = '', other = ''] = images;
    await ring.declare('imageless', { image, replicas: 2, ...terms });
    const before = await untilRuns('imageless', 2);
    await save(image, join(folder, 'image.tar'));
    const { Id } = await engine.docker.getImage(image).inspect();
    await engine.docker.getImage(image).remove({ force: true });
    // The name now means another image: what was declared is still the one that was meant then.
    await engine.docker.getImage(other).tag({ repo: 'ring-test', tag: '1' });
    await ring.call('POST', '/reconcile');
    expect(runningIds(await ring.containers('imageless'))).toEqual([...before].sort());

    // No engine gives up an image that something runs.
    await ring.stop();
    for (const container of before) await engine.docker.getContainer(container).remove({ force: true });
    await engine.docker.getImage(Id).remove({ force: true });
    await ring.start();
    const seen = await ring.untilStatus('imageless', 'image_pull_back_off');
    expect(seen.status_reason).toContain('is gone');
    expect(await ring.containers('imageless')).toEqual([]);

    await load(join(folder, 'image.tar'));
    await untilRuns('imageless', 2);
    expect((await ring.containers('imageless')).map(({ ImageID }) => ImageID)).toEqual([Id, Id]);
  });

  test('new and old containers that are removed, killed and stopped by hand during a rollout hold it up for a while', async () => {
    const [first = '', second = ''] = images;
    await ring.declare('disturbed', { image: first, replicas: 3, ...terms });
    await untilRuns('disturbed', 3);
    await ring.declare('disturbed', { image: second, replicas: 3, ...terms });
    const ofRevision = async (revision: string) =>
      (await ring.containers('disturbed')).filter(
        ({ Labels, State }) => Labels['ring.revision'] === revision && State === 'running',
      );
    const oneOf = async (revision: string) =>
      (
        await until(
          () => ofRevision(revision),
          ({ length }) => length > 0,
          { what: `a container of revision ${revision}` },
        )
      )[0]?.Id ?? '';
    const container = async (revision: string) => engine.docker.getContainer(await oneOf(revision));
    await (await container('2')).remove({ force: true });
    await (await container('1')).kill();
    await (await container('2')).stop({ t: 0 });
    await ring.until('disturbed', ({ rollout }) => rollout?.state === 'completed' && rollout.revision === 2, {
      what: 'the end of the rollout',
      withinMs: 60_000,
    });
    await untilRuns('disturbed', 3);
    expect((await ofRevision('2')).map(({ Labels }) => Labels['ring.slot']).sort()).toEqual(['0', '1', '2']);
  });

  test('a network that is removed by hand during a rollout is made again, and the rollout ends', async () => {
    const [first = '', second = ''] = images;
    await ring.declare('unplugged', { image: first, replicas: 2, namespace: 'unplugged', ...terms });
    await untilRuns('unplugged', 2);
    const [old] = await ring.networks().then((all) => all.filter(({ Name }) => Name.includes('unplugged')));
    await ring.declare('unplugged', { image: second, replicas: 2, namespace: 'unplugged', ...terms });
    const network = engine.docker.getNetwork(old?.Id ?? '');
    for (const { Id } of await ring.containers('unplugged')) {
      await network.disconnect({ Container: Id, Force: true }).catch(() => undefined);
    }
    await network.remove().catch(() => undefined);
    await ring.until('unplugged', ({ rollout }) => rollout?.state === 'completed' && rollout.revision === 2, {
      what: 'the end of the rollout',
      withinMs: 60_000,
    });
    const [id = ''] = await untilRuns('unplugged', 2);
    const { Networks } = (await engine.docker.getContainer(id).inspect()).NetworkSettings;
    expect(Object.values(Networks)[0]?.Aliases).toEqual(
      expect.arrayContaining(['unplugged', 'unplugged.unplugged']),
    );
  });
});
