/** Keeping gc on a fake engine and a store in memory: what goes, what stays, and what a failure leaves undone. */
import { describe, expect, it } from 'vitest';
import { collectGarbage } from '../../../core/gc/clean.ts';
import { notingPulls } from '../../../core/gc/pulls.ts';
import type { Lease } from '../../../core/ports.ts';
import type { Runtime } from '../../../core/runtime.ts';
import { RuntimeError } from '../../../core/runtime-error.ts';
import { makeFakeGc, someTerms } from '../../support/fake-gc.ts';
import { makeFakeRuntime } from '../../support/fake-runtime.ts';
import { makeFakeStore } from '../../support/fake-store.ts';
import { aDeployment, anEvent, aRevision, aSpec } from '../../support/records.ts';
import { silentLog } from '../../support/silent-log.ts';

const hour = 3_600_000;

/** An engine, a store, and a collector that keeps images for a day. */
function openWorld() {
  let time = Date.parse('2024-01-15T10:30:00.000Z');
  const clock = { now: () => time };
  const runtime = makeFakeRuntime(clock);
  const store = makeFakeStore(clock);
  const noting = notingPulls(runtime, { store: store.gc, clock, log: silentLog });
  const gc = makeFakeGc(store, { runtime, clock });
  const pull = (image: string, policy: 'IfNotPresent' | 'Always' = 'IfNotPresent') =>
    noting.resolveImage({ image, policy, pin: null, credentials: null });
  const ids = async () => (await runtime.listImages()).map(({ imageId }) => imageId);
  return {
    ...{ runtime, store, gc, pull, ids },
    wait: (ms: number) => {
      time += ms;
    },
    /** Pulls an image that nothing will need. */
    async leaveBehind(image: string) {
      runtime.images.publish(image);
      return (await pull(image)).imageId;
    },
    /** Long enough for what is unneeded now to fall due. */
    async age() {
      await gc.clean();
      time += 25 * hour;
    },
  };
}

const shown = (items: readonly { kind: string; id: string | null }[]) =>
  items.map(({ kind, id }) => `${kind} ${id ?? ''}`.trim());

describe('an image', () => {
  it('that Ring pulled is shown, kept for its grace period, and then removed', async () => {
    const { gc, leaveBehind, wait, ids } = openWorld();
    const id = await leaveBehind('r/app:1');
    const first = await gc.clean();
    wait(24 * hour);
    const before = await gc.look();
    const second = await gc.clean();
    const after = await gc.look();
    expect([shown(first.removed), shown(first.later)]).toEqual([[], [`image ${id}`]]);
    expect([shown(before.due), shown(second.removed), second.failed, second.bytes]).toEqual([
      [`image ${id}`],
      [`image ${id}`],
      [],
      1_000_000,
    ]);
    expect([shown(after.due), shown(after.later), await ids()]).toEqual([[], [], []]);
  });

  it('that lay there before Ring pulled it, or was made by hand, is never touched', async () => {
    const { runtime, gc, pull, age, ids, store } = openWorld();
    const own = runtime.images.add('made/by-hand:1');
    const pin = runtime.images.publish('r/app:1');
    runtime.images.add('r/app:1', pin);
    await pull('r/app:1', 'Always');
    await age();
    await gc.clean();
    expect([new Set(await ids()), await store.gc.pulled()]).toEqual([new Set([own, pin.imageId]), []]);
  });

  it('stays while a kept revision or a container of anybody needs it', async () => {
    const { runtime, store, gc, leaveBehind, age, ids } = openWorld();
    const needed = await leaveBehind('r/needed:1');
    const used = await leaveBehind('r/used:1');
    const named = await leaveBehind('r/named:1');
    await leaveBehind('r/free:1');
    runtime.images.use(used);
    const pin = { imageId: needed, repoDigest: null };
    await store.write(async ({ deployments }) => {
      await deployments.insert(aDeployment(), aRevision({ pin }));
      await deployments.addRevision(aRevision({ number: 2, spec: aSpec({ image: 'r/named:1' }) }));
    });
    await age();
    await gc.clean();
    expect(new Set(await ids())).toEqual(new Set([needed, used, named]));
  });

  it('that somebody gave a name of their own lives on under that name, and is theirs', async () => {
    const { runtime, store, gc, leaveBehind, age } = openWorld();
    const id = await leaveBehind('r/app:1');
    runtime.images.tag(id, 'mine:1');
    await age();
    const report = await gc.clean();
    expect([report.bytes, await runtime.listImages(), await store.gc.pulled()]).toEqual([
      0,
      [{ imageId: id, names: ['mine:1'], sizeBytes: 1_000_000, inUse: false }],
      [],
    ]);
  });

  it('that was pulled under a second name is given up under both', async () => {
    const { runtime, gc, leaveBehind, pull, age, ids } = openWorld();
    const id = await leaveBehind('r/app:1');
    const [image] = await runtime.listImages();
    const digest = image?.names.find((name) => name.includes('@')) ?? null;
    runtime.images.publish('r/app:stable', { imageId: id, repoDigest: digest });
    await pull('r/app:stable', 'Always');
    await age();
    await gc.clean();
    expect(await ids()).toEqual([]);
  });

  it('that is pulled while the engine is looked at is not forgotten', async () => {
    const { runtime, store, pull } = openWorld();
    runtime.images.publish('r/app:1');
    const slow: typeof runtime = {
      ...runtime,
      async listImages() {
        const seen = await runtime.listImages();
        await pull('r/app:1');
        return seen;
      },
    };
    const gc = makeFakeGc(store, {
      runtime: slow,
      clock: { now: () => Date.parse('2024-01-15T10:30:00Z') },
    });
    await gc.clean();
    expect((await store.gc.pulled()).map(({ names }) => names[0])).toEqual(['r/app:1']);
  });

  it('that is declared at the last moment is kept', async () => {
    const world = openWorld();
    const id = await world.leaveBehind('r/app:1');
    await world.age();
    const { store, runtime } = world;
    const declaring = {
      ...runtime,
      // The moment between the plan and its first step.
      idleNetworks: async () => {
        const found = await runtime.idleNetworks();
        const pin = { imageId: id, repoDigest: null };
        setTimeout(() => void store.write((to) => to.deployments.insert(aDeployment(), aRevision({ pin }))));
        await new Promise((resolve) => setTimeout(resolve, 5));
        return found;
      },
    };
    const report = await makeFakeGc(store, {
      runtime: declaring,
      clock: { now: () => Date.parse('2024-01-20') },
    }).clean();
    expect([shown(report.removed), await world.ids()]).toEqual([[], [id]]);
  });
});

it('does not say that it removed a network that something joined meanwhile', async () => {
  const { runtime, store, gc } = openWorld();
  await runtime.ensureNetwork('abandoned');
  const joined = { ...runtime, releaseNetwork: async () => false };
  const meanwhile = makeFakeGc(store, { runtime: joined, clock: { now: () => 0 } });
  expect(shown((await meanwhile.clean()).removed)).toEqual([]);
  expect(shown((await gc.clean()).removed)).toEqual(['network abandoned']);
});

it('does not stop at what cannot be removed', async () => {
  const { runtime, store, gc, leaveBehind, age, ids } = openWorld();
  const first = await leaveBehind('r/one:1');
  const second = await leaveBehind('r/two:1');
  await store.write(async ({ deployments, events }) => {
    await deployments.insert(aDeployment(), aRevision({ spec: aSpec({ image: 'other:1' }) }));
    await events.add([anEvent({ at: '2020-01-01T00:00:00.000Z' })]);
  });
  await age();
  await runtime.ensureNetwork('abandoned');
  runtime.failNext('removeImage', new RuntimeError('other', 'an image is being used by somebody'));
  const report = await gc.clean();
  expect([shown(report.removed), report.failed.map(({ id, error }) => [id, error]), await ids()]).toEqual([
    [`image ${[first, second].sort()[1]}`, 'network abandoned'],
    [[[first, second].sort()[0], 'an image is being used by somebody']],
    [[first, second].sort()[0]],
  ]);
  expect(shown((await gc.look()).due)).toEqual([`image ${[first, second].sort()[0]}`]);
});

it('clears the database though the engine cannot be seen, and touches nothing there', async () => {
  const { runtime, store, gc, leaveBehind, age } = openWorld();
  await leaveBehind('r/app:1');
  await age();
  await store.write(({ revocations }) => revocations.add('t1', 5));
  runtime.down();
  const report = await gc.clean();
  runtime.up();
  expect([shown(report.removed), report.failed.map(({ kind, error }) => [kind, error])]).toEqual([
    ['revocations'],
    [['engine', 'The engine does not answer']],
  ]);
  expect(await store.gc.pulled()).toHaveLength(1);
  expect(runtime.calls.filter(({ name }) => name === 'removeImage')).toEqual([]);
});

it('ends when another took the lease', async () => {
  const { store, runtime, leaveBehind, age, ids } = openWorld();
  await leaveBehind('r/app:1');
  await age();
  const lost: Lease = { fencing: 99 };
  const clock = { now: () => Date.parse('2024-01-20') };
  const ports = { store: store.gc, reconciler: store.reconciler, runtime, clock, log: silentLog };
  const turn = { ports, terms: someTerms, lease: lost, mayGoOn: () => true };
  await expect(collectGarbage(turn)).rejects.toMatchObject({ code: 'LEASE_LOST' });
  const stopped = await collectGarbage({
    ...turn,
    lease: (await store.reconciler.acquireLease(1_000)) ?? lost,
    mayGoOn: () => false,
  });
  expect([stopped.removed, (await ids()).length]).toEqual([[], 1]);
});

it('keeps an image for ever of which it could not be noted that it was pulled', async () => {
  const { runtime, store, age, gc, ids } = openWorld();
  const { imageId } = runtime.images.publish('r/app:1');
  const broken = {
    ...store.gc,
    notePulled: async () => {
      throw new Error('disk full');
    },
  };
  const noting = notingPulls(runtime, { store: broken, clock: { now: () => 0 }, log: silentLog });
  await noting.resolveImage({ image: 'r/app:1', policy: 'Always', pin: null, credentials: null });
  await age();
  await gc.clean();
  expect(await ids()).toEqual([imageId]);
});

it('does not list the images of the engine for one that need not be pulled', async () => {
  const { runtime, pull } = openWorld();
  runtime.images.add('local:1');
  await pull('local:1');
  expect(runtime.calls.map(({ name }) => name)).toEqual(['resolveImage']);
});

it('leaves an image under a name that somebody else gave it during the pull', async () => {
  const { runtime, store, age, gc } = openWorld();
  runtime.images.publish('r/app:1');
  const crowded: Runtime = {
    ...runtime,
    async resolveImage(request) {
      const resolved = await runtime.resolveImage(request);
      runtime.images.tag(resolved.imageId, 'mine:1');
      return resolved;
    },
  };
  const noting = notingPulls(crowded, { store: store.gc, clock: { now: () => 0 }, log: silentLog });
  await noting.resolveImage({ image: 'r/app:1', policy: 'Always', pin: null, credentials: null });
  await age();
  await gc.clean();
  expect((await runtime.listImages()).map(({ names }) => names)).toEqual([['mine:1']]);
});
