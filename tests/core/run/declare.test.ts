/** Which runs come of declaring a job. */
import { expect, it } from 'vitest';
import { declareDeployment } from '../../../core/deployment/commands/declare.ts';
import { patchDeployment } from '../../../core/deployment/commands/patch.ts';
import type { DeploymentDeclaration } from '../../../core/deployment/spec/draft.ts';
import { holdLease } from '../../contracts/store-harness.ts';
import { aCaller, aDeclaration } from '../../support/builders.ts';
import { type CommandWorld, makeCommandWorld } from '../../support/command-ports.ts';
import { aRunRecord, madeAt } from '../../support/records.ts';

const editor = aCaller('editor');
const declare = (world: CommandWorld, changes: Partial<DeploymentDeclaration> = {}) =>
  declareDeployment({ id: 'job', declaration: aDeclaration({ kind: 'job', ...changes }) }, editor, world);
const runsOf = (world: CommandWorld) => world.store.stores.runs.list('uid-1', 9);

const first = aRunRecord({ uid: 'uid-1', author: editor.username });
const secondAt = '2024-01-15T10:30:01.000Z';

async function declared(...all: readonly Partial<DeploymentDeclaration>[]): Promise<CommandWorld> {
  const world = makeCommandWorld();
  for (const changes of all) {
    await declare(world, changes);
    world.pass(1000);
  }
  return world;
}

it('runs a new job, in as many parts as it has replicas', async () => {
  expect(await runsOf(await declared({}))).toEqual([{ ...first, createdAt: madeAt }]);
  expect(await runsOf(await declared({ completions: 3 }))).toEqual([{ ...first, completions: 3 }]);
});

it('runs a job whose image is another, in the place of what is not over', async () => {
  const world = await declared({}, { image: 'nginx:2', replicas: 2 });
  expect(await runsOf(world)).toEqual([
    { ...first, number: 2, revision: 2, completions: 2, createdAt: secondAt },
    { ...first, cancelReason: 'revision 2 was declared' },
  ]);
});

it.each<[string, Partial<DeploymentDeclaration>]>([
  ['nothing is another', {}],
  ['only its replicas are', { replicas: 4 }],
])('runs nothing again where %s', async (_, changes) => {
  expect(await runsOf(await declared({}, changes))).toEqual([first]);
});

it.each<[string, Partial<DeploymentDeclaration>]>([
  ['only its terms are', { retries: 3, timeout: '10m', history: 2 }],
  ['it gets a schedule', { schedule: '0 2 * * *' }],
])('gives a run whose image is not resolved the new revision where %s', async (_, changes) => {
  expect(await runsOf(await declared({}, changes))).toEqual([{ ...first, revision: 2 }]);
});

it('leaves a run whose image is resolved at its revision where only its terms change', async () => {
  const world = await declared({});
  const lease = await holdLease(world.store);
  await world.store.reconciler.pinImage(lease, 'uid-1', 1, { imageId: 'sha256:1', repoDigest: null });
  await declare(world, { retries: 3 });
  expect(await runsOf(world)).toEqual([first]);
});

it('leaves what its schedule began as it was begun', async () => {
  const schedule = '0 2 * * *';
  expect(await runsOf(await declared({ schedule }))).toEqual([]);
  expect(await runsOf(await declared({}, { schedule, image: 'nginx:2' }))).toEqual([first]);
});

it('gives the runs to come as many parts as it is scaled to', async () => {
  const world = await declared({});
  await patchDeployment({ id: 'job', patch: { completions: 3 } }, editor, world);
  await declare(world, { image: 'nginx:2', replicas: 3 });
  expect((await runsOf(world)).map(({ completions }) => completions)).toEqual([3, 1]);
});

it('runs no worker', async () => {
  expect(await runsOf(await declared({ kind: 'worker' }))).toEqual([]);
});
