/** PUT: creates, changes, or finds nothing to do. */
import { describe, expect, it } from 'vitest';
import { createDeployment } from '../../../../core/deployment/commands/create.ts';
import { declareDeployment } from '../../../../core/deployment/commands/declare.ts';
import { removeDeployment } from '../../../../core/deployment/commands/remove.ts';
import type { DeploymentDeclaration } from '../../../../core/deployment/spec/draft.ts';
import { aCaller, aDeclaration, aDraft } from '../../../support/builders.ts';
import { type CommandWorld, makeCommandWorld } from '../../../support/command-ports.ts';
import { madeAt } from '../../../support/records.ts';

const editor = aCaller('editor');

const declare = (world: CommandWorld, id: string, changes: Partial<DeploymentDeclaration> = {}) =>
  declareDeployment({ id, declaration: aDeclaration(changes) }, editor, world);

async function worldWithWeb(changes: Parameters<typeof aDraft>[0] = {}): Promise<CommandWorld> {
  const world = makeCommandWorld();
  await createDeployment(aDraft(changes), editor, world);
  world.pass(1000);
  return world;
}

const reasonsOf = async (world: CommandWorld) =>
  (await world.store.stores.events.list('uid-1', { limit: 99 })).map(({ reason }) => reason);

describe('of a name that is free', () => {
  it.each<[string, Partial<DeploymentDeclaration>, object]>([
    ['web', {}, { id: 'web', name: 'web', namespace: 'default' }],
    ['web', { namespace: 'production' }, { id: 'web', name: 'web', namespace: 'production' }],
    ['web', { name: 'web' }, { id: 'web', name: 'web', namespace: 'default' }],
    ['web.production', {}, { id: 'web', name: 'web', namespace: 'production' }],
    ['web.production', { namespace: 'production' }, { id: 'web', name: 'web', namespace: 'production' }],
  ])('creates at %s with %j', async (id, changes, identity) => {
    const world = makeCommandWorld();
    const outcome = await declare(world, id, changes);
    expect(outcome).toMatchObject({ created: true, deployment: { ...identity, revision: 1 } });
    expect(world.woken).toEqual(['uid-1']);
    expect(await reasonsOf(world)).toEqual(['DeploymentCreated']);
  });

  it.each(['Web', 'web.', '.web', 'web.a.b', 'web_1', '-web', 'web.Prod', '__proto__', 'x'.repeat(64)])(
    'refuses %s, which is no name',
    async (id) => {
      const world = makeCommandWorld();
      await expect(declare(world, id)).rejects.toMatchObject({ code: 'INVALID_REQUEST' });
      expect(world.woken).toEqual([]);
    },
  );

  it('creates beside a deployment of that name in another namespace', async () => {
    const world = await worldWithWeb();
    const { deployment, created } = await declare(world, 'web', { namespace: 'production' });
    expect({ id: deployment.id, created }).toEqual({ id: 'web.production', created: true });
    expect(await declare(world, 'web', { namespace: 'production' })).toEqual({ deployment, created: false });
    expect(await declare(world, 'web.production')).toEqual({ deployment, created: false });
  });
});

describe('of what is declared already', () => {
  it('finds nothing to do: no revision, no event, no wake, no new time', async () => {
    const everything = {
      secrets: { A: '1', B: '2' },
      volumes: ['data:/data'],
      ports: ['8080:80'],
      registry_credentials: { username: 'me', password: 'pw', server: 'registry.example' },
    };
    const world = await worldWithWeb(everything);
    const { deployment, created } = await declare(world, 'web', {
      registry_credentials: { server: 'registry.example', password: 'pw', username: 'me' },
      secrets: { B: '2', A: '1' },
      volumes: [{ source: 'data', destination: '/data/' }],
      ports: [{ published: 8080, target: 80 }],
      stop_grace: 10,
      replicas: 1,
    });
    expect({ created, revision: deployment.revision, updated: deployment.updated_at }).toEqual({
      created: false,
      revision: 1,
      updated: madeAt,
    });
    expect(await world.store.stores.deployments.find('web')).toMatchObject({ generation: 1, revision: 1 });
    expect(await reasonsOf(world)).toEqual(['DeploymentCreated']);
    expect(world.woken).toEqual(['uid-1']);
  });

  it('finds nothing to do with Always either', async () => {
    const world = await worldWithWeb({ image_pull_policy: 'Always' });
    const { deployment } = await declare(world, 'web', { image_pull_policy: 'Always' });
    expect(deployment.revision).toBe(1);
  });
});

describe('of something else', () => {
  it('makes a new revision, says so and wakes the reconciler', async () => {
    const world = await worldWithWeb();
    const { deployment, created } = await declare(world, 'web', { image: 'nginx:1.22' });
    expect({ created, deployment }).toMatchObject({
      created: false,
      deployment: {
        revision: 2,
        image: 'nginx:1.22',
        created_at: madeAt,
        updated_at: '2024-01-15T10:30:01.000Z',
      },
    });
    const { deployments } = world.store.stores;
    const [first, second] = [await deployments.revision('uid-1', 1), await deployments.revision('uid-1', 2)];
    expect([first?.spec.image, second?.spec.image]).toEqual(['nginx:1.21', 'nginx:1.22']);
    expect(first?.specHash).not.toBe(second?.specHash);
    expect(await reasonsOf(world)).toEqual(['DeploymentCreated', 'DeploymentChanged']);
    expect(world.woken).toEqual(['uid-1', 'uid-1']);
  });

  it('makes no revision where only the number of replicas differs', async () => {
    const world = await worldWithWeb();
    const { deployment } = await declare(world, 'web', { replicas: 5 });
    expect(deployment).toMatchObject({ revision: 1, replicas: 5 });
    expect(await reasonsOf(world)).toEqual(['DeploymentCreated', 'ScaledUp']);
  });

  it('takes what is left out as the default, for it declares the whole', async () => {
    const world = await worldWithWeb({ replicas: 5, secrets: { A: '1' } });
    const { deployment } = await declare(world, 'web');
    expect(deployment).toMatchObject({ replicas: 1, secrets: {}, revision: 2 });
    expect(await reasonsOf(world)).toEqual(['DeploymentCreated', 'DeploymentChanged', 'ScaledDown']);
  });

  it.each<[string, Partial<DeploymentDeclaration>]>([
    ['the environment', { secrets: { A: '1' } }],
    ['a password', { registry_credentials: { username: 'me', password: 'new' } }],
    ['how the image is fetched', { image_pull_policy: 'Never' }],
    ['what a changed secret leads to', { on_secret_change: 'none' }],
    ['what a changed config leads to', { on_config_change: 'none' }],
  ])('makes a revision for %s', async (_, changes) => {
    const world = await worldWithWeb();
    expect((await declare(world, 'web', changes)).deployment.revision).toBe(2);
    expect((await declare(world, 'web', changes)).deployment.revision).toBe(2);
  });

  it('runs the same where only the way an image is fetched differs, and anew with Always', async () => {
    const world = await worldWithWeb();
    await declare(world, 'web', { image_pull_policy: 'Never' });
    await declare(world, 'web', { image_pull_policy: 'Always' });
    await declare(world, 'web', {
      image_pull_policy: 'Always',
      registry_credentials: { username: 'a', password: 'b' },
    });
    const { deployments } = world.store.stores;
    const revisions = await Promise.all([1, 2, 3, 4].map((number) => deployments.revision('uid-1', number)));
    const [first, never, always, again] = revisions.map((revision) => revision?.specHash);
    expect(first).toBe(never);
    expect(new Set([never, always, again]).size).toBe(3);
  });

  it.each<[string, Partial<DeploymentDeclaration>, string]>([
    ['web', { name: 'api' }, '/name'],
    ['web.default', { namespace: 'production' }, '/namespace'],
    ['web', { kind: 'job' }, '/kind'],
  ])('refuses at %s another identity: %j', async (id, changes, pointer) => {
    const world = await worldWithWeb();
    await expect(declare(world, id, changes)).rejects.toMatchObject({
      code: 'INVALID_REQUEST',
      violations: [{ pointer }],
    });
    expect(await world.store.stores.deployments.find('web')).toMatchObject({ generation: 1 });
  });

  it('judges the change as it would the creation', async () => {
    const world = await worldWithWeb();
    await expect(declare(world, 'web', { volumes: ['/etc:/etc'] })).rejects.toMatchObject({
      code: 'POLICY_VIOLATION',
    });
  });
});

it('refuses a deployment that is being deleted, the same declaration too', async () => {
  const world = await worldWithWeb();
  await removeDeployment('web', editor, world);
  for (const changes of [{}, { image: 'other' }, { kind: 'job' as const }]) {
    await expect(declare(world, 'web', changes)).rejects.toMatchObject({ code: 'DEPLOYMENT_BEING_DELETED' });
  }
  expect((await world.store.stores.deployments.find('web'))?.deletedAt).not.toBeNull();
});

it('heals a deployment whose secrets were sealed with a key that is lost', async () => {
  const world = await worldWithWeb({ secrets: { A: 'old' } });
  world.loseKey();
  const { deployment } = await declare(world, 'web', { secrets: { A: 'new' } });
  expect(deployment).toMatchObject({ revision: 2, secrets: { A: 'new' } });
});

it('lets one of many declarations at once create, and the others find it', async () => {
  const world = makeCommandWorld();
  const outcomes = await Promise.all(Array.from({ length: 10 }, () => declare(world, 'web')));
  expect(outcomes.map(({ created }) => created).sort()).toEqual([...Array(9).fill(false), true]);
  expect(world.woken).toEqual(['uid-1']);
});
