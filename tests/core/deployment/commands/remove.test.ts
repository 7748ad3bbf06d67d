/** Deleting a deployment. */
import { expect, it } from 'vitest';
import { createDeployment } from '../../../../core/deployment/commands/create.ts';
import { declareDeployment } from '../../../../core/deployment/commands/declare.ts';
import { patchDeployment } from '../../../../core/deployment/commands/patch.ts';
import { removeDeployment } from '../../../../core/deployment/commands/remove.ts';
import { readDeployment } from '../../../../core/deployment/read.ts';
import { aCaller, aDeclaration, aDraft } from '../../../support/builders.ts';
import { type CommandWorld, makeCommandWorld } from '../../../support/command-ports.ts';

const editor = aCaller('editor');

async function worldWithWeb(): Promise<CommandWorld> {
  const world = makeCommandWorld();
  await createDeployment(aDraft({ secrets: { A: '1' } }), editor, world);
  world.pass(1000);
  return world;
}

const read = (world: CommandWorld) =>
  readDeployment('web', editor, { deployments: world.store.stores.deployments, vault: world.vault });

it('answers with what was deleted, says so once and wakes the reconciler', async () => {
  const world = await worldWithWeb();
  const before = await read(world);
  const at = '2024-01-15T10:30:01.000Z';
  const deleted = await removeDeployment('web', editor, world);
  expect(deleted).toEqual({ ...before, status: 'deleted', deleted_at: at, updated_at: at });
  expect(await read(world)).toEqual(deleted);
  expect(await world.store.stores.deployments.find('web')).toMatchObject({ generation: 2, deletedAt: at });
  const events = await world.store.stores.events.list('uid-1', { limit: 9 });
  expect(events.map(({ reason, message }) => [reason, message])).toEqual([
    ['DeploymentCreated', 'Deployment web created: 1 x nginx:1.21'],
    ['DeploymentDeleted', 'Deployment web deleted by an-editor'],
  ]);
  expect(world.woken).toEqual(['uid-1', 'uid-1']);
});

it('changes nothing the second time', async () => {
  const world = await worldWithWeb();
  const first = await removeDeployment('web', editor, world);
  world.pass(1000);
  expect(await removeDeployment('web.default', editor, world)).toEqual(first);
  expect(await world.store.stores.deployments.find('web')).toMatchObject({ generation: 2 });
  expect(await world.store.stores.events.list('uid-1', { limit: 9 })).toHaveLength(2);
});

it.each(['nobody', 'web.production', '__proto__'])('finds no deployment %s', async (id) => {
  const world = await worldWithWeb();
  await expect(removeDeployment(id, editor, world)).rejects.toMatchObject({ code: 'DEPLOYMENT_NOT_FOUND' });
});

it('deletes and shows a deployment whose secrets were sealed with a key that is lost', async () => {
  const world = await worldWithWeb();
  world.loseKey();
  expect(await read(world)).toMatchObject({ status: 'creating', secrets: {} });
  expect(await removeDeployment('web', editor, world)).toMatchObject({ status: 'deleted', secrets: {} });
});

it('wins over whatever comes at the same time', async () => {
  const world = await worldWithWeb();
  await Promise.allSettled([
    patchDeployment({ id: 'web', patch: { replicas: 2 } }, editor, world),
    removeDeployment('web', editor, world),
    patchDeployment({ id: 'web', patch: { replicas: 3 } }, editor, world),
    declareDeployment({ id: 'web', declaration: aDeclaration({ image: 'other' }) }, editor, world),
  ]);
  expect(await world.store.stores.deployments.find('web')).toMatchObject({
    deletedAt: '2024-01-15T10:30:01.000Z',
    replicas: 2,
    revision: 1,
  });
});
