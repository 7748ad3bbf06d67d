/** Jobs whose terms are corrected before they have begun, in a whole world: what was asked for still runs, once. */
import { expect, it } from 'vitest';
import type { DeploymentDraft } from '../../../core/deployment/spec/draft.ts';
import { RuntimeError } from '../../../core/runtime-error.ts';
import { statusOf } from '../../support/ask-world.ts';
import { complaintsAtRest } from '../../support/invariants.ts';
import { makeWorld, type World } from '../../support/simulation.ts';

const job: Partial<DeploymentDraft> = { kind: 'job', name: 'job' };
const running = (world: World) =>
  world.instances().flatMap(({ state, containerName }) => (state === 'running' ? [containerName] : []));

/** Runs of the job as they stand: number, revision and state. */
const runsOf = async (world: World) => {
  const found = (await world.declared()).find(({ record }) => record.name === 'job');
  return found?.runs.map(({ number, revision, result }) => [number, revision, result.state]);
};

/** Lets what runs of the job end well; all of it must have been one try of one run. */
async function completes(world: World, name: string): Promise<void> {
  await world.run(30_000);
  expect(running(world)).toEqual([name]);
  world.engine.exit(name, 0);
  expect(await world.converge()).toBe(true);
  expect(await statusOf(world, 'job')).toMatchObject({ status: 'completed' });
  expect(world.starts).toHaveLength(1);
  expect(await complaintsAtRest(world)).toEqual([]);
}

it('runs a held job whose dependency was corrected', async () => {
  const world = await makeWorld();
  await world.create({ ...job, depends_on: [{ name: 'nobody' }] });
  await world.run(30_000);
  expect(running(world)).toEqual([]);
  await world.declare('job', job);
  await completes(world, 'default_job_0_r2');
  expect(await runsOf(world)).toEqual([[1, 2, 'completed']]);
});

it('runs a job whose timeout was changed during its first pull', async () => {
  const world = await makeWorld();
  const pulled = world.slowly('resolveImage');
  await world.create(job);
  await world.run(30_000);
  await world.declare('job', { ...job, timeout: '1h' });
  await world.run(30_000);
  pulled();
  await completes(world, 'default_job_0_r2');
  expect(await runsOf(world)).toEqual([[1, 2, 'completed']]);
});

it('runs a job whose refused credentials were corrected, without waiting for the next try', async () => {
  const world = await makeWorld();
  world.engine.images.refuse('app:1', new RuntimeError('image_denied', 'denied: access forbidden'));
  await world.create({ ...job, registry_credentials: { username: 'ci', password: 'wrong' } });
  await world.run(600_000);
  expect((await statusOf(world, 'job')).status).toBe('image_pull_back_off');
  world.engine.images.refuse('app:1', null);
  await world.declare('job', { ...job, registry_credentials: { username: 'ci', password: 'right' } });
  await completes(world, 'default_job_0_r2');
  expect(await runsOf(world)).toEqual([[1, 2, 'completed']]);
});

it('leaves a run that has begun at its revision', async () => {
  const world = await makeWorld();
  await world.create(job);
  await world.run(10_000);
  await world.declare('job', { ...job, retries: 2 });
  await completes(world, 'default_job_0_r1');
  expect(await runsOf(world)).toEqual([[1, 1, 'completed']]);
});
