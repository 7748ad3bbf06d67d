/** What revisions refer to: what must be there, what a change of it makes of them, what restarts and rollbacks take. */
import { describe, expect, it } from 'vitest';
import { createDeployment } from '../../../core/deployment/commands/create.ts';
import { declareDeployment } from '../../../core/deployment/commands/declare.ts';
import { patchDeployment } from '../../../core/deployment/commands/patch.ts';
import { removeDeployment } from '../../../core/deployment/commands/remove.ts';
import { restartDeployment } from '../../../core/deployment/commands/restart.ts';
import { reviseUsers } from '../../../core/deployment/commands/revise-users.ts';
import { rollBack } from '../../../core/deployment/commands/rollback.ts';
import { referencesOf } from '../../../core/deployment/inputs.ts';
import type { DeploymentDraft } from '../../../core/deployment/spec/draft.ts';
import { declareSecret } from '../../../core/secret/declare.ts';
import { deleteSecret } from '../../../core/secret/delete.ts';
import { holdLease } from '../../contracts/store-harness.ts';
import { aCaller, aDraft, aNormalForm } from '../../support/builders.ts';
import { type CommandWorld, makeCommandWorld } from '../../support/command-ports.ts';
import { aConfig } from '../../support/records.ts';
import { remember } from '../../support/remembered.ts';

const admin = aCaller('admin');
const pin = { imageId: 'sha256:1', repoDigest: null };
const using: Partial<DeploymentDraft> = { secrets: { PASSWORD: { secretRef: 'db' }, MODE: 'x' } };

/** `web` that uses secret `db`, its image resolved; nobody was woken yet. */
async function worldWithWeb(changes: Partial<DeploymentDraft> = using): Promise<CommandWorld> {
  const world = makeCommandWorld();
  await put(world, 'one');
  await world.write(({ configs }) => configs.insert(aConfig({ name: 'app' })));
  await createDeployment(aDraft(changes), admin, world);
  const lease = await holdLease(world.store);
  await world.store.reconciler.pinImage(lease, 'uid-1', 1, pin);
  await world.store.reconciler.releaseLease(lease);
  world.pass(1000);
  return world;
}

const put = (world: CommandWorld, value: string, id = 'db') =>
  declareSecret({ id, declaration: { value } }, admin, world);
const declare = (world: CommandWorld, changes: Partial<DeploymentDraft>) =>
  declareDeployment({ id: 'web', declaration: aDraft(changes) }, admin, world);
const revisions = ({ store }: CommandWorld) => store.stores.deployments.revisions('uid-1');
const causes = async (world: CommandWorld) => (await revisions(world)).map(({ cause }) => cause);
const hashes = async (world: CommandWorld) => (await revisions(world)).map(({ specHash }) => specHash);
const versions = async (world: CommandWorld) =>
  (await revisions(world)).map(({ inputs }) =>
    inputs.map(({ name, version }) => `${name}@${version}`).join(),
  );

it('names every place that refers to a secret or config', () => {
  const { spec, confidential } = aNormalForm({
    secrets: { 'a/b': { secretRef: 'two' }, PLAIN: 'x', A: { secretRef: 'one' } },
    volumes: [
      'data:/data',
      { type: 'secret', source: 'key', destination: '/k' },
      { type: 'config', source: 'app', destination: '/c' },
    ],
  });
  expect(referencesOf(spec, confidential)).toEqual([
    { kind: 'secret', name: 'one', pointer: '/secrets/A/secretRef' },
    { kind: 'secret', name: 'two', pointer: '/secrets/a~1b/secretRef' },
    { kind: 'secret', name: 'key', pointer: '/volumes/1/source' },
    { kind: 'config', name: 'app', pointer: '/volumes/2/source' },
  ]);
});

describe('what a declaration refers to', () => {
  it('must be there, in its own namespace: every place is said at once', async () => {
    const world = await worldWithWeb();
    const draft = aDraft({
      ...using,
      name: 'other',
      namespace: 'staging',
      volumes: [{ type: 'config', source: 'app', destination: '/c' }],
    });
    await expect(createDeployment(draft, admin, world)).rejects.toMatchObject({
      code: 'INVALID_REQUEST',
      violations: [{ pointer: '/secrets/PASSWORD/secretRef' }, { pointer: '/volumes/0/source' }],
    });
    const patch = { environment: { PASSWORD: { secretRef: 'none' } } };
    await expect(patchDeployment({ id: 'web', patch }, admin, world)).rejects.toMatchObject({
      message:
        '/environment/PASSWORD/secretRef: there is no secret none in namespace default: create it first with POST /secrets',
    });
    expect(await versions(world)).toEqual(['db@1']);
  });

  it('is kept with the revision, each once, in the versions of the moment', async () => {
    const world = await worldWithWeb({});
    await put(world, 'two');
    await declare(world, {
      secrets: { A: { secretRef: 'db' }, B: { secretRef: 'db' } },
      volumes: [{ type: 'config', source: 'app', destination: '/c' }],
    });
    const [newest] = await revisions(world);
    expect(newest?.inputs).toEqual([
      { kind: 'config', name: 'app', version: 1 },
      { kind: 'secret', name: 'db', version: 2 },
    ]);
  });

  it('leaves nothing to do when it is declared again, whatever its version is by now', async () => {
    const world = await worldWithWeb({ ...using, on_secret_change: 'none' });
    await put(world, 'two');
    await declare(world, { ...using, on_secret_change: 'none' });
    expect(await versions(world)).toEqual(['db@1']);
  });

  it('runs on as it is where only terms change', async () => {
    const world = await worldWithWeb({ ...using, on_secret_change: 'none' });
    await put(world, 'two');
    await declare(world, using);
    expect(await versions(world)).toEqual(['db@1', 'db@1']);
    const [second, first] = await hashes(world);
    expect(second).toBe(first);
  });

  it('never makes two revisions run the same that were declared apart', async () => {
    const world = await worldWithWeb();
    await declare(world, {});
    await deleteSecret('db', world);
    await put(world, 'another');
    await declare(world, using);
    expect(await versions(world)).toEqual(['db@1', '', 'db@1']);
    expect(new Set(await hashes(world)).size).toBe(3);
  });
});

describe('a changed secret', () => {
  it('makes another revision of the same spec and image, told, and wakes', async () => {
    const world = await worldWithWeb();
    await put(world, 'two');
    const [second, first] = await revisions(world);
    expect(second).toEqual({
      ...first,
      number: 2,
      specHash: expect.stringMatching(/^[0-9a-f]{16}$/),
      inputs: [{ kind: 'secret', name: 'db', version: 2 }],
      createdAt: '2024-01-15T10:30:01.000Z',
      cause: { kind: 'input', input: 'secret/db@2' },
      author: 'an-admin',
    });
    expect(second?.specHash).not.toBe(first?.specHash);
    expect(await world.store.stores.deployments.find('web')).toMatchObject({ revision: 2, generation: 2 });
    const events = await world.store.stores.events.list('uid-1', { limit: 1 });
    expect(events).toMatchObject([
      { reason: 'SecretChanged', level: 'info', message: 'Secret db changed to version 2: revision 2' },
    ]);
    expect(world.woken).toEqual(['uid-1', 'uid-1']);
  });

  it('looks for a newer image with Always', async () => {
    const world = await worldWithWeb({ ...using, image_pull_policy: 'Always' });
    await put(world, 'two');
    expect((await revisions(world))[0]).toMatchObject({ number: 2, pin: null });
  });

  it('needs no key of those who use it', async () => {
    const world = await worldWithWeb();
    world.loseKey();
    await put(world, 'two');
    expect(await versions(world)).toEqual(['db@2', 'db@1']);
  });

  it.each<[string, Partial<DeploymentDraft>]>([
    ['who does not use it', {}],
    ['who uses it and asked for none', { ...using, on_secret_change: 'none' }],
    ['a job, whose next run reads it anyway', { ...using, kind: 'job' }],
    ['who asked for none for configs too', { ...using, on_secret_change: 'none', on_config_change: 'none' }],
  ])('is nothing to %s', async (_who, draft) => {
    const world = await worldWithWeb(draft);
    await put(world, 'two');
    expect(await causes(world)).toEqual([{ kind: 'declared' }]);
    expect(world.woken).toEqual(['uid-1']);
  });

  it('is nothing to who is deleted, or uses it no more though the one that serves does', async () => {
    const world = await worldWithWeb();
    await remember(world.store, { stable: 1 });
    await declare(world, {});
    await put(world, 'two');
    expect(await versions(world)).toEqual(['', 'db@1']);
    await expect(deleteSecret('db', world)).rejects.toMatchObject({ code: 'SECRET_IN_USE' });
    await declare(world, using);
    await removeDeployment('web', admin, world);
    await put(world, 'three');
    expect(await versions(world)).toEqual(['db@2', '', 'db@1']);
    await deleteSecret('db', world);
  });

  it('is of its own kind and namespace', async () => {
    const world = await worldWithWeb();
    const revise = (kind: 'secret' | 'config', namespace: string) =>
      world.write((stores) =>
        reviseUsers([{ kind, namespace, name: 'db', version: 9 }], { stores, ports: world, caller: admin }),
      );
    expect(await revise('config', 'default')).toEqual([]);
    expect(await revise('secret', 'staging')).toEqual([]);
    expect(await revise('secret', 'default')).toEqual(['uid-1']);
  });
});

describe('a restart', () => {
  it('takes the newest', async () => {
    const world = await worldWithWeb({ ...using, on_secret_change: 'none' });
    await put(world, 'two');
    await restartDeployment('web', admin, world);
    expect(await versions(world)).toEqual(['db@2', 'db@1']);
  });
});

describe('a rollback', () => {
  it('keeps what ran then', async () => {
    const world = await worldWithWeb();
    await put(world, 'two');
    await rollBack({ id: 'web', revision: 1 }, admin, world);
    expect(await versions(world)).toEqual(['db@1', 'db@2', 'db@1']);
    const [third, , first] = await hashes(world);
    expect(third).toBe(first);
    await put(world, 'three');
    expect(await versions(world)).toEqual(['db@3', 'db@1', 'db@2', 'db@1']);
    expect(new Set(await hashes(world)).size).toBe(3);
  });

  it('is refused where what it refers to is gone', async () => {
    const world = await worldWithWeb();
    await declare(world, {});
    await deleteSecret('db', world);
    await expect(rollBack({ id: 'web', revision: 1 }, admin, world)).rejects.toMatchObject({
      code: 'INVALID_REQUEST',
      violations: [
        {
          pointer: '/revision',
          message: 'there is no secret db in namespace default: create it first with POST /secrets',
        },
      ],
    });
  });
});
