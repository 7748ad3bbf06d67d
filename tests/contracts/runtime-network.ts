/** What every Runtime promises about a container's place in its namespace's network, and who answers to a name. */
import { expect, it } from 'vitest';
import type { Instance } from '../../core/runtime.ts';
import { eventually, kindOf, type Situation } from './runtime-world.ts';

const place = (instance: Instance | undefined) => ({
  connected: instance?.connected,
  serves: instance?.serves,
  address: instance?.address,
});

const nowhere = { connected: null, serves: null, address: null };

/** Registers the cases; `now` gives the situation of the test that runs. */
export const networkContract = (now: () => Situation): void => {
  const inSlot = async (slot: number): Promise<Instance | undefined> =>
    (await now().runtime.observe()).find(({ identity }) => identity.slot === slot);

  it('runs a container without names at an address, and gives and takes names without moving it', async () => {
    const { runtime, world, run, only } = now();
    const id = await run({ aliases: [] });
    const unnamed = place(await only());
    const { address } = unnamed;
    await runtime.connect(id, world.namespace, ['web', `web.${world.namespace}`]);
    const named = place(await only());
    await runtime.connect(id, world.namespace, []);
    const taken = place(await only());
    expect(address).toMatch(/^[\d.]+$/);
    expect([unnamed, named, taken]).toEqual([
      { connected: true, serves: false, address },
      { connected: true, serves: true, address },
      { connected: true, serves: false, address },
    ]);
  });

  it('counts a container as connected that is there under just these names', async () => {
    const { runtime, world, run, only } = now();
    const id = await run();
    const before = await only();
    await Promise.all([1, 2].map(() => runtime.connect(id, world.namespace, ['web'])));
    await runtime.connect(id, world.namespace, ['web']);
    expect(place(await only())).toEqual(place(before));
  });

  it('lets a name stand only for those that serve under it', async () => {
    const { runtime, world, run } = now();
    const first = await run();
    const second = await runtime.create(now().inSlot(1, { aliases: [] }));
    await runtime.start(second);
    const [one, other] = [await inSlot(0), await inSlot(1)];
    const before = await world.lookup(first, 'web');
    await runtime.connect(second, world.namespace, ['web']);
    const both = await world.lookup(first, 'web');
    await runtime.connect(first, world.namespace, []);
    const after = await world.lookup(first, 'web');
    expect([before, both, after]).toEqual([
      [one?.address],
      [one?.address, other?.address].sort(),
      [other?.address],
    ]);
  });

  it('sees a container that someone took off its network, and brings it back to its address', async () => {
    const { runtime, world, run, only } = now();
    const id = await run();
    const before = place(await only());
    await world.leave(id);
    const lost = place(await only());
    await runtime.connect(id, world.namespace, ['web']);
    expect([lost, place(await only())]).toEqual([{ connected: false, serves: false, address: null }, before]);
  });

  it('sees that someone joined it by hand under other names', async () => {
    const { runtime, world, run, only } = now();
    const id = await run();
    await only();
    await world.rejoin(id, ['other']);
    const byHand = await only();
    await runtime.connect(id, world.namespace, ['web']);
    expect([byHand?.connected, byHand?.serves, (await only())?.serves]).toEqual([true, false, true]);
  });

  it("leaves what is on the host's network without a place of its own, and needs no network for it", async () => {
    const { runtime, world, request, only } = now();
    await runtime.releaseNetwork(world.namespace);
    const { spec } = request();
    const onHost = { ...spec, container: { ...spec.container, networkMode: 'host' } } as const;
    const id = await runtime.create(request({ spec: onHost }));
    const made = place(await only());
    await runtime.start(id);
    const started = await only();
    expect([made, place(started), started?.state]).toEqual([nowhere, nowhere, 'running']);
    expect(await runtime.networks()).toEqual([]);
    expect(await kindOf(runtime.connect(id, world.namespace, ['web']))).toBe('network');
  });

  it('tells when someone else moves a running container, and not when it did so itself', async () => {
    const { runtime, world, run, only } = now();
    const id = await run();
    await only();
    const controller = new AbortController();
    const heard: (readonly [string, string])[] = [];
    const listening = (async () => {
      for await (const event of runtime.events(controller.signal)) {
        heard.push([event.action, event.instanceId]);
      }
    })();
    const kill = async () => {
      await runtime.connect(id, world.namespace, []);
      await runtime.connect(id, world.namespace, ['web']);
      const other = await runtime.create(now().inSlot(8));
      await runtime.remove(other);
      return heard.length;
    };
    await eventually(kill, (count) => count > 0);
    const byItself = heard.filter(([action]) => action === 'network');
    // The answer to a call may come before its echo; what comes long after it is no echo.
    await new Promise((resolve) => setTimeout(resolve, 1200));
    await world.leave(id);
    await eventually(
      async () => heard,
      (list) => list.some(([action]) => action === 'network'),
    );
    controller.abort();
    await listening;
    expect([byItself, new Set(heard.filter(([action]) => action === 'network').map(String))]).toEqual([
      [],
      new Set([`network,${id}`]),
    ]);
  });
};
