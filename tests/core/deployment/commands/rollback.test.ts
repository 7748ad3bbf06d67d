/** Rolling back: to which revision, what comes back of it, and what refuses to. */
import { describe, expect, it } from 'vitest';
import type { Caller } from '../../../../core/access/user.ts';
import { createDeployment } from '../../../../core/deployment/commands/create.ts';
import { declareDeployment } from '../../../../core/deployment/commands/declare.ts';
import { patchDeployment } from '../../../../core/deployment/commands/patch.ts';
import { removeDeployment } from '../../../../core/deployment/commands/remove.ts';
import { rollBack } from '../../../../core/deployment/commands/rollback.ts';
import type { RevisionRecord } from '../../../../core/deployment/record.ts';
import type { DeploymentDeclaration } from '../../../../core/deployment/spec/draft.ts';
import { holdLease } from '../../../contracts/store-harness.ts';
import { aCaller, aDeclaration, aDraft } from '../../../support/builders.ts';
import { type CommandWorld, makeCommandWorld } from '../../../support/command-ports.ts';
import { remember } from '../../../support/remembered.ts';

const admin = aCaller('admin');
const editor = aCaller('editor');

const declare = (world: CommandWorld, changes: Partial<DeploymentDeclaration>) =>
  declareDeployment({ id: 'web', declaration: aDeclaration(changes) }, admin, world);

/** `web` with the images a:1, a:2 and so on as its revisions. */
async function worldWith(revisions: number): Promise<CommandWorld> {
  const world = makeCommandWorld();
  await createDeployment(aDraft({ image: 'a:1', secrets: { N: '1' } }), admin, world);
  for (let number = 2; number <= revisions; number += 1) {
    world.pass(1000);
    await declare(world, { image: `a:${number}`, secrets: { N: `${number}` } });
  }
  world.pass(1000);
  return world;
}

const back = (world: CommandWorld, revision?: number, caller: Caller = editor) =>
  rollBack({ id: 'web', revision }, caller, world);

async function revisionOf({ store }: CommandWorld, number: number): Promise<RevisionRecord> {
  const revision = await store.stores.deployments.revision('uid-1', number);
  if (!revision) throw new Error(`There is no revision ${number}`);
  return revision;
}

describe('brings back', () => {
  it('the given revision under a new number: spec, secrets, image and hash', async () => {
    const world = await worldWith(3);
    const lease = await holdLease(world.store);
    const pin = { imageId: 'sha256:1', repoDigest: 'a@sha256:2' };
    await world.store.reconciler.pinImage(lease, 'uid-1', 1, pin);
    const deployment = await back(world, 1);
    const at = '2024-01-15T10:30:03.000Z';
    expect(deployment).toMatchObject({ image: 'a:1', revision: 4, secrets: { N: '1' }, updated_at: at });
    expect(deployment).toMatchObject({ image_id: pin.imageId, image_digest: pin.repoDigest });
    expect(await revisionOf(world, 4)).toEqual({
      ...(await revisionOf(world, 1)),
      number: 4,
      createdAt: at,
      cause: { kind: 'rollback', to: 1 },
      author: 'an-editor',
    });
    expect(await world.store.stores.deployments.find('web')).toMatchObject({
      image: 'a:1',
      revision: 4,
      generation: 4,
    });
    expect(world.woken).toEqual(['uid-1', 'uid-1', 'uid-1', 'uid-1']);
    expect((await world.store.stores.events.list('uid-1', { limit: 1 }))[0]).toMatchObject({
      reason: 'RollbackRequested',
      component: 'api',
      level: 'info',
      message: 'Rollback to revision 1 requested by an-editor: revision 4, a:1',
    });
  });

  it('the one that last proved itself, where none is given', async () => {
    const world = await worldWith(4);
    await remember(world.store, { stable: 2 });
    expect(await back(world)).toMatchObject({ revision: 5, image: 'a:2' });
  });

  it.each([
    ['proved itself last', 3],
    ['is the first to be tried', null],
  ])('the one before, where the declared one %s', async (_what, stable) => {
    const world = await worldWith(3);
    await remember(world.store, { stable });
    expect(await back(world)).toMatchObject({ revision: 4, image: 'a:2' });
  });

  it('what was rolled back from, the second time', async () => {
    const world = await worldWith(2);
    expect(await back(world)).toMatchObject({ revision: 3, image: 'a:1' });
    expect(await back(world)).toMatchObject({ revision: 4, image: 'a:2' });
  });

  it('what is sealed without opening it', async () => {
    const world = await worldWith(2);
    world.loseKey();
    expect(await back(world)).toMatchObject({ revision: 3, image: 'a:1' });
    expect((await revisionOf(world, 3)).sealed).toBe((await revisionOf(world, 1)).sealed);
  });

  it('the spec and not the number of replicas', async () => {
    const world = await worldWith(2);
    await patchDeployment({ id: 'web', patch: { replicas: 7 } }, admin, world);
    expect(await back(world)).toMatchObject({ revision: 3, replicas: 7, image: 'a:1' });
  });
});

describe('finds', () => {
  it('nothing to do where what came back is declared again', async () => {
    const world = await worldWith(2);
    await back(world);
    const again = await declare(world, { image: 'a:1', secrets: { N: '1' } });
    expect(again).toMatchObject({ created: false, deployment: { revision: 3 } });
  });

  it('another revision where another one is declared', async () => {
    const world = await worldWith(2);
    await back(world);
    const next = await declare(world, { image: 'a:2', secrets: { N: '2' } });
    expect(next.deployment).toMatchObject({ revision: 4, image: 'a:2' });
    expect((await revisionOf(world, 4)).specHash).toBe((await revisionOf(world, 2)).specHash);
  });

  it('nothing older than the first', async () => {
    const world = await worldWith(1);
    await expect(back(world)).rejects.toMatchObject({
      code: 'NOTHING_TO_ROLL_BACK_TO',
      message: 'Nothing to roll back deployment web to: there is no older revision',
    });
    await expect(back(world, 1)).rejects.toMatchObject({
      code: 'NOTHING_TO_ROLL_BACK_TO',
      message: 'Nothing to roll back deployment web to: revision 1 is already the declared one',
    });
    expect(world.woken).toEqual(['uid-1']);
  });

  it('no revision that is not kept, and says which are', async () => {
    const world = await worldWith(3);
    await expect(back(world, 9)).rejects.toMatchObject({
      code: 'REVISION_NOT_FOUND',
      message: 'Revision 9 of deployment web is not kept: there are 3, 2, 1',
    });
  });
});

describe('refuses', () => {
  it('what only an administrator may bring back', async () => {
    const world = makeCommandWorld();
    await createDeployment(aDraft({ volumes: ['/etc:/etc'] }), admin, world);
    await declare(world, {});
    await expect(back(world)).rejects.toMatchObject({ code: 'POLICY_VIOLATION' });
    expect(await world.store.stores.deployments.find('web')).toMatchObject({ revision: 2, generation: 2 });
    expect(await back(world, 1, admin)).toMatchObject({ revision: 3 });
  });

  it('a host port for more replicas than can hold it', async () => {
    const world = makeCommandWorld();
    await createDeployment(aDraft({ ports: ['8080:80'] }), admin, world);
    await declare(world, { replicas: 3 });
    await expect(back(world)).rejects.toMatchObject({
      code: 'INVALID_REQUEST',
      violations: [
        {
          pointer: '/revision',
          message: 'only one replica can hold host port 8080, which revision 1 publishes: scale to 1 first',
        },
      ],
    });
    await patchDeployment({ id: 'web', patch: { replicas: 1 } }, admin, world);
    expect(await back(world)).toMatchObject({ revision: 3 });
  });

  it('what is not there, what is being deleted, and a job', async () => {
    const world = await worldWith(2);
    await createDeployment(aDraft({ name: 'once', kind: 'job' }), admin, world);
    await removeDeployment('web', editor, world);
    await expect(back(world)).rejects.toMatchObject({ code: 'DEPLOYMENT_BEING_DELETED' });
    await expect(rollBack({ id: 'none' }, editor, world)).rejects.toMatchObject({
      code: 'DEPLOYMENT_NOT_FOUND',
    });
    await expect(rollBack({ id: 'once' }, editor, world)).rejects.toMatchObject({
      code: 'INVALID_REQUEST',
      message: 'Deployment once is a job: it has runs and no rollout',
    });
  });
});
