/** What someone does to the place of a worker in its network is mended at once, and not when the timer ticks. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ensureTestImage } from '../support/images.ts';
import { openRingProcess, type RingProcess } from '../support/ring-process.ts';
import { until } from '../support/until.ts';

let ring: RingProcess;
let image = '';

beforeAll(async () => {
  image = await ensureTestImage();
  // Long enough that whatever heals, heals because the engine told of it.
  ring = await openRingProcess({ env: { RING_INTERVAL: '1h' } });
});

afterAll(() => ring?.close());

const openWorker = async (name: string) => {
  const namespace = `net-${name}`;
  await ring.declare(name, { image, namespace });
  const { instances } = await ring.untilStatus(name, 'running');
  const container = ring.docker.getContainer(instances[0] ?? '');
  const network = ring.docker.getNetwork(`ring_${namespace}`);
  const place = async () => {
    const { NetworkSettings, State } = await container.inspect();
    const endpoint = NetworkSettings.Networks[`ring_${namespace}`];
    return {
      pid: State.Pid,
      address: endpoint?.IPAddress ?? null,
      names: (endpoint?.Aliases ?? []).filter((alias: string) => alias.startsWith(name)).sort(),
    };
  };
  // What a deploy does last may still be under way when its status is there.
  const before = await until(place, ({ names }) => names.length === 2);
  return { container, network, before, place, names: [name, `${name}.${namespace}`] };
};

test('a container that is taken off its network is back, at its address and under its names', async () => {
  const worker = await openWorker('taken');
  await worker.network.disconnect({ Container: worker.container.id, Force: true });
  const after = await until(worker.place, ({ names }) => names.length === 2);
  expect(after).toEqual(worker.before);
});

test('a container that is joined by hand under other names is given its own', async () => {
  const worker = await openWorker('renamed');
  await worker.network.disconnect({ Container: worker.container.id, Force: true });
  await worker.network
    .connect({ Container: worker.container.id, EndpointConfig: { Aliases: ['other'] } })
    // Ring may have been faster.
    .catch(() => undefined);
  expect((await until(worker.place, ({ names }) => names.length === 2)).names).toEqual(worker.names);
});

test('a network that is removed by hand is made again, with whoever belongs there', async () => {
  const worker = await openWorker('removed');
  const { Id } = await worker.network.inspect();
  await until(async () => {
    await worker.network.disconnect({ Container: worker.container.id, Force: true }).catch(() => undefined);
    return worker.network.remove().then(
      () => true,
      // Ring has joined it again meanwhile.
      () => false,
    );
  }, Boolean);
  const after = await until(worker.place, ({ names }) => names.length === 2);
  expect([after.pid, after.names]).toEqual([worker.before.pid, worker.names]);
  expect((await worker.network.inspect()).Id).not.toBe(Id);
});
