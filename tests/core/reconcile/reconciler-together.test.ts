/** What goes on at the same time: two processes, slow calls, deletes that come in between. */
import { describe, expect, it } from 'vitest';
import { RuntimeError } from '../../../core/runtime-error.ts';
import { callsOf, codeOf, statusOf, worldWithWeb } from '../../support/ask-world.ts';
import { makeWorld, type World } from '../../support/simulation.ts';
import { settle } from '../../support/virtual-clock.ts';

describe('two processes', () => {
  it('do not reconcile at once: the second is told that it is busy', async () => {
    const world = await worldWithWeb();
    const other = world.spawn();
    const slow = world.slowly('stop');
    await world.remove('web');
    await world.run(100);
    expect(await codeOf(other.reconciler.tick())).toBe('RECONCILER_BUSY');
    slow();
    await world.converge();
    expect((await other.reconciler.tick()).report.state).toBe('converged');
  });

  it('do not act at once: one that lost its lease takes no further step and records nothing', async () => {
    const world = await makeWorld();
    const other = world.spawn();
    const slow = world.slowly('create');
    await world.create({ name: 'web' });
    await world.run(500);
    await takeLease(world);
    await world.clock.pass(11_000);
    const calls = await callsOf(world, async () => {
      slow();
      await world.process.reconciler.idle();
    });
    expect(calls).toEqual(['store.record']);
    expect(await world.declared()).toMatchObject([{ observation: { memory: { slots: {} } } }]);
    await other.reconciler.stop();
  });

  it('do not act at once: a process that cannot renew its lease stops when it has run out', async () => {
    const world = await worldWithWeb();
    const slow = world.slowly('stop');
    await world.remove('web');
    await world.run(100);
    world.unplug();
    await world.clock.pass(40_000);
    const calls = await callsOf(world, async () => {
      slow();
      await settle();
    });
    expect(calls.filter((call) => call.startsWith('engine.'))).toEqual([]);
  });
});

/** As another process does when the lease has run out. */
async function takeLease({ store, clock }: World): Promise<void> {
  const thief = store.beside({ now: () => clock.now() + 60_000, holder: 'thief' });
  expect(await thief.reconciler.acquireLease(60_000)).not.toBeNull();
}

describe('a delete', () => {
  it('does not wait for a slow pull', async () => {
    const world = await worldWithWeb();
    world.engine.hang('resolveImage');
    await world.declare('web', { image: 'app:2' });
    await world.run(1_000);
    await world.remove('web');
    await world.run(1_000);
    expect({ left: world.instances(), declared: await world.declared() }).toEqual({ left: [], declared: [] });
    world.engine.release();
    await world.process.reconciler.idle();
    expect(await world.declared()).toEqual([]);
  });

  it('wins over a create in flight', async () => {
    const world = await makeWorld();
    const slow = world.slowly('create');
    await world.create({ name: 'web' });
    await world.run(1_000);
    await world.remove('web');
    await world.run(1_000);
    slow();
    await world.converge();
    expect({ starts: world.starts, left: world.instances(), declared: await world.declared() }).toEqual({
      starts: [],
      left: [],
      declared: [],
    });
  });
});

it('does not let a slow stop of one deployment delay another', async () => {
  const world = await worldWithWeb(8);
  const slow = world.slowly('stop');
  await world.remove('web');
  await world.run(100);
  await world.create({ name: 'api' });
  await world.run(1_000);
  expect((await statusOf(world, 'api')).status).toBe('running');
  slow();
  expect(await world.converge()).toBe(true);
});

it('does not let a slow stop of one replica delay the healing of another', async () => {
  const world = await worldWithWeb(3);
  const slow = world.slowly('stop');
  await world.declare('web', { replicas: 2 });
  await world.run(100);
  const [first] = world.instances();
  world.engine.destroy(first?.id ?? '');
  await world.run(1_000);
  const healed = world.instances().find(({ identity }) => identity.slot === 0);
  expect(healed).toMatchObject({ state: 'running' });
  slow();
  expect(await world.converge()).toBe(true);
  expect(
    world
      .instances()
      .map(({ identity }) => identity.slot)
      .sort(),
  ).toEqual([0, 1]);
});

it('does not let a slow stop of one replica delay the turns of the others in a rollout', async () => {
  const world = await worldWithWeb(8);
  const old = world.instances().find(({ identity }) => identity.slot === 0);
  const slow = world.slowly('stop', old?.id);
  await world.declare('web', { image: 'app:2', replicas: 8 });
  // The other seven take one turn after another, of 5 s to prove itself and 2 s to drain the old one.
  await world.run(50_000);
  const left = world.instances().filter(({ identity }) => identity.revision === 1);
  expect(left.map(({ id }) => id)).toEqual([old?.id]);
  slow();
  expect(await world.converge()).toBe(true);
  expect(world.instances().map(({ identity }) => identity.revision)).toEqual(Array(8).fill(2));
});

it('does not let an image that is fetched again delay another deployment', async () => {
  const world = await worldWithWeb(8);
  await world.create({ name: 'zoo', image: 'app:2' });
  await world.converge();
  for (const { id, imageId, identity } of world.instances()) {
    if (identity.name === 'web') world.engine.images.remove(imageId);
    world.engine.destroy(id);
  }
  const slow = world.slowly('resolveImage');
  await world.run(2_000);
  expect((await statusOf(world, 'zoo')).status).toBe('running');
  slow();
  expect(await world.converge()).toBe(true);
});

it('records that an image which had been removed was pulled again', async () => {
  const world = await worldWithWeb();
  const before = (await world.store.stores.deployments.find('web'))?.uid ?? '';
  const pulls = async () =>
    (await world.store.stores.events.list(before, { limit: 100 })).filter(
      ({ reason }) => reason === 'ImagePulled',
    ).length;
  const pulled = await pulls();
  for (const { id, imageId, identity } of world.instances()) {
    if (identity.name !== 'web') continue;
    world.engine.images.remove(imageId);
    world.engine.destroy(id);
  }
  expect(await world.converge()).toBe(true);
  expect(await pulls()).toBe(pulled + 1);
});

it('stops when it is told to: no step begins any more and the lease is free', async () => {
  const world = await makeWorld();
  const slow = world.slowly('create');
  await world.create({ name: 'web' });
  await world.run(1_000);
  const stopped = world.process.reconciler.stop();
  slow();
  await stopped;
  expect({ starts: world.starts, busy: await codeOf(world.process.reconciler.tick()) }).toEqual({
    starts: [],
    busy: 'RECONCILER_BUSY',
  });
  expect((await world.spawn().reconciler.tick()).report.actions).toBeGreaterThan(0);
});

describe('a look and the end of some work', () => {
  it('that are written at the same time keep what each of them found', async () => {
    const world = await worldWithWeb(3);
    const stopped = world.slowly('stop');
    await world.scale('web', 2);
    await world.run(5_000);
    world.engine.failNext('remove', new RuntimeError('other', 'it is busy'));
    world.engine.exit('default_web_0_r1', 1);
    const written = world.holdRecords();
    const tick = world.process.reconciler.tick();
    await settle();
    expect(world.process.life.calls.at(-1)).toBe('store.record');
    stopped();
    await settle();
    expect(world.process.life.calls).toContain('engine.remove');
    written();
    await tick;
    await world.process.reconciler.idle();
    const [web] = await world.declared();
    expect(web?.observation?.memory).toMatchObject({
      teardown: { failures: 1 },
      slots: { 0: { crashes: 1 } },
    });
  });
});
