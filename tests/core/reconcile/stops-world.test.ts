/** Stops that take long, in a whole world: those of one deployment hold up no other. */
import { expect, it } from 'vitest';
import { worldWithWeb } from '../../support/ask-world.ts';

it('rolls out one deployment while another waits for many processes to stop', async () => {
  const world = await worldWithWeb();
  await world.create({ name: 'big', replicas: 64 });
  await world.converge();
  await world.run(60_000);
  const release = world.slowly('stop');
  await world.remove('big');
  await world.run(5_000);
  world.slowly('stop', 'nobody');
  await world.declare('web', { image: 'app:2' });
  await world.run(60_000);
  const rollout = (await world.list()).find(({ name }) => name === 'web')?.rollout;
  expect(rollout).toMatchObject({ revision: 2, state: 'completed' });
  release();
  await world.run(60_000);
  expect(world.instances().map(({ containerName }) => containerName)).toEqual(['default_web_0_r2']);
});
