/** The reconciler on a store and an engine in memory: what it asks of them, what it says, and what it never does. */
import { describe, expect, it } from 'vitest';
import { RuntimeError } from '../../../core/runtime-error.ts';
import { callsOf, engineCalls, statusOf, worldWithWeb } from '../../support/ask-world.ts';
import { complaintsAnytime, complaintsAtRest } from '../../support/invariants.ts';
import { aSpec } from '../../support/records.ts';
import { makeWorld, type World } from '../../support/simulation.ts';
import { removeStranger } from '../../support/stranger.ts';

const refusal = (kind: RuntimeError['kind'], message: string) => new RuntimeError(kind, message);

it('makes what is declared run, and says how it stands', async () => {
  const world = await makeWorld();
  await world.create({ name: 'web', replicas: 3 });
  expect(await world.converge()).toBe(true);
  expect(await complaintsAtRest(world)).toEqual([]);
  expect(await world.list()).toMatchObject([
    { status: 'running', ready_replicas: 3, instances: { length: 3 } },
  ]);
});

it('asks for one list and writes no more than that it looked, on a quiet tick', async () => {
  const world = await worldWithWeb();
  expect(await callsOf(world, world.tick)).toEqual([
    'store.acquireLease',
    'engine.observe',
    'store.noteObserved',
    'store.releaseLease',
  ]);
});

it('writes what it found together with when it looked', async () => {
  const world = await makeWorld();
  await world.create({ name: 'web' });
  const calls = await callsOf(world, world.tick);
  expect(calls).toContain('store.record');
  expect(calls).not.toContain('store.noteObserved');
  expect(await statusOf(world)).toMatchObject({ observed_at: new Date(world.clock.now()).toISOString() });
});

it('reports what a tick found', async () => {
  const world = await worldWithWeb();
  await world.run(60_000);
  expect(await world.tick()).toEqual({
    report: {
      state: 'converged',
      deployments: 1,
      actions: 0,
      failures: 0,
      unknown: 0,
      unclaimed: 1,
      duration_ms: 0,
    },
    dueAt: null,
  });
});

describe('while the engine does not answer', () => {
  it('says unknown with the time of the last look, does nothing, and says otherwise once it answers', async () => {
    const world = await worldWithWeb();
    const lastSeen = new Date(world.clock.now()).toISOString();
    await world.tick();
    world.engine.down();
    await world.clock.pass(20_000);
    const calls = await callsOf(world, world.tick);
    expect(calls.filter((call) => call.startsWith('engine.'))).toEqual(['engine.observe']);
    expect(await statusOf(world)).toEqual({
      status: 'unknown',
      status_reason: 'the engine cannot be seen: The engine does not answer',
      observed_at: lastSeen,
    });
    world.engine.up();
    await world.tick();
    expect(await statusOf(world)).toEqual({
      status: 'running',
      status_reason: null,
      observed_at: new Date(world.clock.now()).toISOString(),
    });
  });

  it('does not take a deleted deployment for gone', async () => {
    const world = await worldWithWeb();
    world.engine.down();
    await world.remove('web');
    await world.run(60_000);
    expect(await world.declared()).toHaveLength(1);
    world.engine.up();
    await world.converge();
    expect({ left: world.instances(), declared: await world.declared() }).toEqual({ left: [], declared: [] });
  });

  it('keeps saying that a finished job is finished', async () => {
    const world = await makeWorld();
    await world.create({ name: 'web', kind: 'job' });
    await world.run(1_000);
    world.engine.exit('default_web_0_r1', 0);
    await world.run(1_000);
    world.engine.down();
    await world.tick();
    expect((await statusOf(world)).status).toBe('completed');
  });
});

describe('what is refused', () => {
  it('is shown, tried again with growing waits, and heals', async () => {
    const world = await makeWorld();
    world.engine.missingCommands.add('nope');
    await world.create({ name: 'web', command: ['nope'] });
    await world.run(60_000);
    expect(await statusOf(world)).toMatchObject({
      status: 'create_container_error',
      status_reason: 'exec: "nope": executable file not found in $PATH',
    });
    expect(engineCalls(world, 'start')).toBe(7);
    world.engine.missingCommands.clear();
    expect(await world.converge()).toBe(true);
    expect((await statusOf(world)).status).toBe('running');
  });

  it('is waited for by the next process too', async () => {
    const world = await makeWorld();
    world.engine.missingCommands.add('nope');
    await world.create({ name: 'web', command: ['nope'] });
    await world.run(30_000);
    world.reboot();
    await world.run(1_000);
    expect(engineCalls(world, 'start')).toBe(0);
  });

  it('is the start of a new one that needs the host port: the old one serves on', async () => {
    const world = await makeWorld();
    await world.create({ name: 'web', ports: ['8080:80'] });
    await world.converge();
    world.engine.missingCommands.add('nope');
    await world.declare('web', { command: ['nope'], ports: ['8080:80'] });
    const up: boolean[] = [];
    for (let second = 0; second < 60; second += 1) {
      await world.run(1_000);
      up.push(
        world.instances().some(({ state, identity }) => state === 'running' && identity.revision === 1),
      );
    }
    expect(up).not.toContain(false);
    expect(await statusOf(world)).toMatchObject({ status: 'create_container_error' });
    world.engine.missingCommands.clear();
    await world.converge();
    expect(await complaintsAtRest(world)).toEqual([]);
  });

  it('is an image that no registry has, until one does', async () => {
    const world = await makeWorld();
    await world.create({ name: 'web', image: 'late:1' });
    await world.run(10_000);
    expect(await statusOf(world)).toMatchObject({
      status: 'image_pull_back_off',
      status_reason: 'No registry has the image late:1',
    });
    world.engine.images.publish('late:1');
    expect(await world.converge()).toBe(true);
  });

  it('is a start that was done and whose answer was lost: it is not done twice', async () => {
    const world = await makeWorld();
    world.engine.loseNext('start');
    world.engine.loseNext('create');
    await world.create({ name: 'web' });
    expect(await world.converge()).toBe(true);
    expect({ starts: world.starts, complaints: await complaintsAtRest(world) }).toEqual({
      starts: ['uid-1/0@1'],
      complaints: [],
    });
  });

  it('is a removal: it is shown and tried again, and nothing is left of it at the end', async () => {
    const world = await worldWithWeb(2);
    world.engine.failNext('remove', refusal('other', 'device or resource busy'));
    await world.scale('web', 1);
    await world.run(2_500);
    expect(await statusOf(world)).toMatchObject({
      status: 'error',
      status_reason: 'device or resource busy',
    });
    await world.converge();
    expect(await complaintsAtRest(world)).toEqual([]);
  });

  it('is a network: what needs none is done all the same', async () => {
    const world = await worldWithWeb(3);
    world.engine.destroy('default_web_0_r1');
    for (let count = 0; count < 3; count += 1)
      world.engine.failNext('ensureNetwork', refusal('network', 'no addresses left'));
    await world.scale('web', 1);
    await world.run(2_200);
    expect(world.instances().map(({ containerName }) => containerName)).toEqual(['default_web_1_r1']);
    expect((await statusOf(world)).status).toBe('network_error');
    expect(await world.converge()).toBe(true);
    expect(world.instances().map(({ containerName }) => containerName)).toEqual(['default_web_0_r1']);
  });
});

describe('a hot loop', () => {
  it('is not made of an instance that vanishes whenever it is started', async () => {
    const world = await makeWorld();
    await world.create({ name: 'web' });
    await world.run(1_000);
    const before = world.engine.calls.length;
    for (let second = 0; second < 60; second += 1) {
      for (const { id } of world.instances()) world.engine.destroy(id);
      await world.run(1_000);
    }
    expect((world.engine.calls.length - before) / 60).toBeLessThan(5);
  });

  it('is not made of what cannot be removed though its deployment is gone', async () => {
    const world = await worldWithWeb();
    const late = await afterDelete(world);
    for (let count = 0; count < 50; count += 1)
      world.engine.failNext('remove', refusal('other', 'device or resource busy'));
    const before = engineCalls(world, 'remove');
    await late();
    await world.run(100_000);
    expect(engineCalls(world, 'remove') - before).toBeLessThan(15);
  });
});

/** Deletes `web`; what is returned makes a container of it after all, as a create does whose answer was lost. */
async function afterDelete(world: World): Promise<() => Promise<void>> {
  const [old] = world.instances();
  if (!old) throw new Error('web does not run');
  await world.remove('web');
  await world.converge();
  return async () => {
    const rest = { spec: aSpec(), environment: {}, files: [], imageId: old.imageId, aliases: [] };
    await world.engine.ensureNetwork('default');
    await world.engine.create({ containerName: old.containerName, identity: old.identity, ...rest });
  };
}

it('removes a container that appears after its deployment is gone, and then the network', async () => {
  const world = await worldWithWeb();
  const late = await afterDelete(world);
  await late();
  await world.run(30_000);
  expect({ left: world.instances(), networks: await world.engine.networks() }).toEqual({
    left: [],
    networks: ['elsewhere'],
  });
});

it('looks at networks only when the last deployment of a namespace has gone', async () => {
  const world = await worldWithWeb();
  await world.create({ name: 'api', replicas: 1 });
  await removeStranger(world.engine);
  await world.run(60_000);
  const networkCalls = async (id: string) => {
    await world.remove(id);
    const calls = await callsOf(world, world.converge);
    return calls.filter((call) => call === 'engine.networks');
  };
  expect(await networkCalls('web')).toEqual([]);
  expect(await networkCalls('api')).toEqual(['engine.networks']);
});

it('leaves alone what no database knows', async () => {
  const world = await worldWithWeb();
  await world.run(60_000);
  expect(complaintsAnytime(world)).toEqual([]);
});
