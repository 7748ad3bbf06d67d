/** What only a real engine can show of moving a container's names: connections that live on, and joins left halfway. */
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { CreateRequest, Instance } from '../../core/runtime.ts';
import { type DockerWorld, openDockerWorld } from '../support/docker-world.ts';
import { someIdentity } from '../support/fake-runtime.ts';
import { ensureTestImage } from '../support/images.ts';
import { aSpec } from '../support/records.ts';
import { until } from '../support/until.ts';

let world: DockerWorld;
let image: string;
let imageId: string;

beforeAll(async () => {
  image = await ensureTestImage();
});
beforeEach(async () => {
  world = openDockerWorld();
  await world.runtime.ensureNetwork(world.namespace);
  const wanted = { image, policy: 'Never', pin: null, credentials: null } as const;
  imageId = (await world.runtime.resolveImage(wanted)).imageId;
});
afterEach(() => world.close());

const sleep = 'trap "exit 0" TERM; while :; do sleep 0.1; done';
const request = (slot: number, command: string, aliases: readonly string[]): CreateRequest => ({
  containerName: `${world.namespace}_web_${slot}_r1`,
  identity: someIdentity({ namespace: world.namespace, slot }),
  spec: aSpec({ command: ['sh', '-c', command], stopGraceMs: 1000 }),
  environment: {},
  files: [],
  imageId,
  aliases,
});
const run = async (slot: number, command = sleep, aliases: readonly string[] = ['web']): Promise<string> => {
  const id = await world.runtime.create(request(slot, command, aliases));
  await world.runtime.start(id);
  return id;
};
const seen = async (id: string, runtime = world.runtime): Promise<Instance | undefined> =>
  (await runtime.observe()).find((instance) => instance.id === id);
const network = () => world.docker.getNetwork(`ring_${world.namespace}`);
/** What a Ring that was killed between the two halves of a re-join leaves behind. */
const leaveHalfway = async (id: string): Promise<void> => {
  await network().disconnect({ Container: id, Force: true });
  expect((await world.docker.getContainer(id).inspect()).NetworkSettings.Networks).toEqual({});
};
const lines = async (id: string): Promise<readonly string[]> => {
  const found: string[] = [];
  for await (const { message } of world.runtime.logs(id, {
    follow: false,
    signal: new AbortController().signal,
  })) {
    found.push(message);
  }
  return found;
};

describe('a container that is given and taken names', () => {
  it('keeps the connections it has, in both directions of every change', async () => {
    const server = await run(0, 'nc -ll -p 9000 -e cat & trap "kill %1; exit 0" TERM; wait', []);
    const { address } = (await seen(server)) ?? {};
    const talk = 'for n in 1 2 3 4 5 6 7 8 9 10 11 12; do echo word-$n; sleep 0.25; done';
    const client = await run(1, `(${talk}) | nc ${address} 9000; ${sleep}`, []);
    await until(
      () => lines(client),
      (heard) => heard.length > 1,
    );
    for (const aliases of [['web'], [], ['web', `web.${world.namespace}`]]) {
      await world.runtime.connect(server, world.namespace, aliases);
    }
    const heard = await until(
      () => lines(client),
      (found) => found.length >= 12,
    );
    expect(heard).toEqual(Array.from({ length: 12 }, (_, index) => `word-${index + 1}`));
    expect(await seen(server)).toMatchObject({ address, serves: true });
  });

  it('is seen to serve by a Ring that was started anew', async () => {
    const id = await run(0, sleep, []);
    await world.runtime.connect(id, world.namespace, ['web']);
    const other = world.reopen();
    try {
      const before = await seen(id, other);
      await world.runtime.connect(id, world.namespace, []);
      expect([before?.serves, (await seen(id, other))?.serves]).toEqual([true, false]);
    } finally {
      other.close();
    }
  });
});

describe('a re-join that was left halfway', () => {
  it('is ended at the old address, though others were given addresses meanwhile', async () => {
    const id = await run(0);
    const { address } = (await seen(id)) ?? {};
    await leaveHalfway(id);
    const again = world.reopen();
    try {
      const lost = await seen(id, again);
      const others = await Promise.all([1, 2].map((slot) => run(slot)));
      await again.connect(id, world.namespace, ['web']);
      const back = await seen(id, again);
      const taken = await Promise.all(others.map(async (other) => (await seen(other, again))?.address));
      expect([lost?.connected, back?.serves, back?.address]).toEqual([false, true, address]);
      expect(taken).not.toContain(address);
    } finally {
      again.close();
    }
  });

  it('is ended even where the process was restarted without its network', async () => {
    const id = await run(0);
    const { address } = (await seen(id)) ?? {};
    await leaveHalfway(id);
    process.kill((await world.docker.getContainer(id).inspect()).State.Pid, 'SIGKILL');
    await until(
      () => seen(id),
      (found) => found?.restartCount === 1 && found.state === 'running',
    );
    await world.runtime.connect(id, world.namespace, ['web']);
    expect(await seen(id)).toMatchObject({ connected: true, serves: true, address });
  });

  it('is ended at another address where a stranger took the old one', async () => {
    const id = await run(0);
    const { address } = (await seen(id)) ?? {};
    await leaveHalfway(id);
    const name = `ring_${world.namespace}`;
    const thief = await world.docker.createContainer({
      Image: image,
      Cmd: ['sh', '-c', sleep],
      Labels: { 'ring.instance': world.installationId },
      HostConfig: { NetworkMode: name },
      NetworkingConfig: { EndpointsConfig: { [name]: { IPAMConfig: { IPv4Address: address ?? '' } } } },
    });
    await thief.start();
    await world.runtime.connect(id, world.namespace, ['web']);
    const back = await seen(id);
    expect(back).toMatchObject({ connected: true, serves: true });
    expect(back?.address).not.toBe(address);
    // And there it stays, whatever it was called before.
    await world.runtime.connect(id, world.namespace, []);
    expect((await seen(id))?.address).toBe(back?.address);
  });
});

describe('a program inside a container', () => {
  it('leaves no connection to the engine behind, however it ends', async () => {
    const id = await run(0);
    const exec = (command: readonly string[], timeoutMs: number) =>
      world.runtime.exec(id, { command, timeoutMs });
    const sockets = () => process.getActiveResourcesInfo().filter((kind) => kind === 'PipeWrap').length;
    await exec(['true'], 10_000);
    const before = sockets();
    await Promise.all([
      ...Array.from({ length: 10 }, () => exec(['true'], 10_000)),
      ...Array.from({ length: 4 }, () => exec(['sleep', '30'], 200)),
      ...Array.from({ length: 3 }, () => exec(['nope'], 10_000)),
    ]);
    // Those that are kept for the next call are closed when none comes.
    await until(
      async () => sockets(),
      (count) => count <= before,
    );
  });
});
