/** Dependencies and memory in a whole world, on virtual time: what waits begins when it may, whatever dies in between. */
import { describe, expect, it } from 'vitest';
import type { DeploymentDraft } from '../../../core/deployment/spec/draft.ts';
import { statusOf } from '../../support/ask-world.ts';
import { complaintsAtRest } from '../../support/invariants.ts';
import { makeWorld, type World } from '../../support/simulation.ts';

const names = (world: World) =>
  world
    .instances()
    .filter(({ state }) => state === 'running')
    .map(({ containerName }) => containerName)
    .sort();

const app: Partial<DeploymentDraft> = {
  name: 'app',
  depends_on: [{ name: 'migrate', condition: 'completed' }],
};
const migrate = { name: 'migrate', kind: 'job' } as const;

const eventsOf = async (world: World, id: string) => {
  const uid = (await world.declared()).find(({ record }) => record.id === id)?.record.uid ?? '';
  return (await world.store.stores.events.list(uid, { limit: 100 })).map(({ reason }) => reason);
};

describe('migrations before the app', () => {
  it('let the app wait until they are through, which is told', async () => {
    const world = await makeWorld();
    await world.create(app);
    await world.create(migrate);
    await world.run(5_000);
    expect(names(world)).toEqual(['default_migrate_0_r1']);
    expect(await statusOf(world, 'app')).toMatchObject({
      status: 'pending',
      status_reason: 'waits for migrate to complete',
    });
    world.engine.exit('default_migrate_0_r1', 0);
    await world.run(30_000);
    expect(names(world)).toEqual(['default_app_0_r1']);
    expect(await eventsOf(world, 'app')).toEqual(
      expect.arrayContaining(['DependencyWaiting', 'DependencyMet']),
    );
  });

  it('hold up a new version for as long as they take, far beyond its deadline', async () => {
    const world = await makeWorld();
    await world.create(migrate);
    await world.create({ ...app, update: { deadline: '60s' } });
    await world.run(5_000);
    world.engine.exit('default_migrate_0_r1', 0);
    await world.run(60_000);
    await world.declare('migrate', { image: 'app:2', kind: 'job' });
    await world.declare('app', { image: 'app:2', depends_on: app.depends_on, update: { deadline: '60s' } });
    await world.run(300_000);
    expect(names(world)).toEqual(['default_app_0_r1', 'default_migrate_0_r2_run2']);
    expect(await statusOf(world, 'app')).toMatchObject({
      status: 'running',
      status_reason: 'revision 2 waits for migrate to complete',
    });
    world.engine.exit('default_migrate_0_r2_run2', 0);
    await world.run(55_000);
    expect(names(world)).toEqual(['default_app_0_r2']);
    expect(await world.converge()).toBe(true);
    expect(await complaintsAtRest(world)).toEqual([]);
  });

  it('that fail hold it up and say so, until a run of them completes', async () => {
    const world = await makeWorld();
    await world.create(migrate);
    await world.create(app);
    await world.run(5_000);
    world.engine.exit('default_migrate_0_r1', 1);
    await world.run(30_000);
    const { status, status_reason } = await statusOf(world, 'app');
    expect([status, status_reason]).toEqual([
      'pending',
      'waits for migrate to complete (its run 1 failed: it ended with exit code 1)',
    ]);
    await world.startRun('migrate');
    await world.run(5_000);
    world.engine.exit('default_migrate_0_r1_run2', 0);
    await world.run(30_000);
    expect(names(world)).toEqual(['default_app_0_r1']);
  });

  it.each(['before', 'after'] as const)(
    'are waited for though the process dies %s whichever call',
    async (moment) => {
      for (let call = 1; call < 25; call += 1) {
        const world = await makeWorld();
        await world.create(migrate);
        await world.create(app);
        world.process.life.killAt(call, moment);
        await world.run(8_000);
        world.reboot();
        await world.run(8_000);
        expect(names(world)).toEqual(['default_migrate_0_r1']);
        world.engine.exit('default_migrate_0_r1', 0);
        expect(await world.converge()).toBe(true);
        expect(names(world)).toEqual(['default_app_0_r1']);
      }
    },
  );
});

describe('a chain', () => {
  const chain = async (world: World) => {
    await world.create({ name: 'c', depends_on: [{ name: 'b', condition: 'healthy' }] });
    await world.create({ name: 'b', depends_on: [{ name: 'a', condition: 'healthy' }] });
    await world.create({ name: 'a' });
  };

  it('comes up one after the other, by itself', async () => {
    const world = await makeWorld();
    await chain(world);
    expect(await world.converge()).toBe(true);
    expect(names(world)).toEqual(['default_a_0_r1', 'default_b_0_r1', 'default_c_0_r1']);
    expect(await complaintsAtRest(world)).toEqual([]);
  });

  it('waits where a link is deleted, and goes on when it is there again', async () => {
    const world = await makeWorld();
    await chain(world);
    await world.remove('a');
    await world.run(30_000);
    expect(await statusOf(world, 'b')).toMatchObject({
      status: 'pending',
      status_reason: 'waits for a to be healthy (a does not exist)',
    });
    await world.create({ name: 'a' });
    expect(await world.converge()).toBe(true);
    expect(names(world)).toHaveLength(3);
  });

  it('that runs is not stopped by what becomes of a link', async () => {
    const world = await makeWorld();
    await chain(world);
    await world.converge();
    await world.remove('a');
    await world.run(30_000);
    world.engine.destroy('default_c_0_r1');
    expect(await world.converge()).toBe(true);
    expect(names(world)).toEqual(['default_b_0_r1', 'default_c_0_r1']);
  });
});

describe('a job that waits', () => {
  const nightly: Partial<DeploymentDraft> = {
    name: 'nightly',
    kind: 'job',
    depends_on: [{ name: 'db', condition: 'healthy' }],
  };

  it('begins each of its runs only once what it waits for is so', async () => {
    const world = await makeWorld();
    await world.create(nightly);
    await world.run(5_000);
    expect(await statusOf(world, 'nightly')).toMatchObject({
      status: 'pending',
      status_reason: 'waits for db to be healthy (db does not exist)',
    });
    await world.create({ name: 'db' });
    await world.run(5_000);
    expect(names(world)).toEqual(['default_db_0_r1', 'default_nightly_0_r1']);
    world.engine.exit('default_nightly_0_r1', 0);
    await world.remove('db');
    await world.run(30_000);
    await world.startRun('nightly');
    await world.run(30_000);
    expect([names(world), (await statusOf(world, 'nightly')).status]).toEqual([[], 'pending']);
    await world.create({ name: 'db' });
    await world.run(5_000);
    expect(names(world)).toEqual(['default_db_0_r1', 'default_nightly_0_r1_run2']);
  });
});

describe('memory', () => {
  const of = (memory: string) => ({ resources: { requests: { memory } } });

  it('is given to who was there first, and to the next when it is free again', async () => {
    const world = await makeWorld();
    await world.create({ name: 'big', ...of('6g') });
    await world.converge();
    await world.create({ name: 'next', ...of('4g') });
    await world.create({ name: 'small', ...of('1g') });
    await world.run(30_000);
    expect(names(world)).toEqual(['default_big_0_r1', 'default_small_0_r1']);
    expect(await statusOf(world, 'next')).toMatchObject({
      status: 'insufficient_resources',
      status_reason: "needs 4 GiB of memory, and 1 GiB of the host's 8 GiB are free",
    });
    await world.remove('big');
    expect(await world.converge()).toBe(true);
    expect(names(world)).toEqual(['default_next_0_r1', 'default_small_0_r1']);
    expect(await complaintsAtRest(world)).toEqual([]);
  });

  it('is never taken from what runs, scaled up or started again beyond what there is', async () => {
    const world = await makeWorld();
    await world.create({ name: 'big', ...of('3g') });
    await world.converge();
    await world.scale('big', 4);
    await world.run(30_000);
    expect([names(world), (await statusOf(world, 'big')).status]).toEqual([
      ['default_big_0_r1'],
      'insufficient_resources',
    ]);
    world.engine.destroy('default_big_0_r1');
    world.reboot();
    await world.run(30_000);
    expect(names(world)).toEqual(['default_big_0_r1']);
    await world.scale('big', 2);
    expect(await world.converge()).toBe(true);
    expect(names(world)).toHaveLength(2);
  });

  it('is asked for by each run of a job, and given back when it is over', async () => {
    const world = await makeWorld();
    await world.create({ name: 'one', kind: 'job', replicas: 2, ...of('3g') });
    await world.create({ name: 'two', kind: 'job', ...of('4g') });
    await world.run(10_000);
    expect(names(world)).toEqual(['default_one_0_r1', 'default_one_1_r1']);
    for (const index of [0, 1]) world.engine.exit(`default_one_${index}_r1`, 0);
    await world.run(30_000);
    expect(names(world)).toEqual(['default_two_0_r1']);
  });
});
