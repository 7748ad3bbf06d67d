/** Binds that lie one within the other: what a container may write to, it can replace by a symbolic link. */
import { describe, expect, it } from 'vitest';
import { createDeployment } from '../../../core/deployment/commands/create.ts';
import { declareDeployment } from '../../../core/deployment/commands/declare.ts';
import { patchDeployment } from '../../../core/deployment/commands/patch.ts';
import { removeDeployment } from '../../../core/deployment/commands/remove.ts';
import { rollBack } from '../../../core/deployment/commands/rollback.ts';
import { applyManifests } from '../../../core/manifest/apply.ts';
import { aCaller, aDraft } from '../../support/builders.ts';
import { makeCommandWorld } from '../../support/command-ports.ts';

const editor = aCaller('editor');
const admin = aCaller('admin');
const draft = (name: string, ...volumes: readonly string[]) => aDraft({ name, volumes: [...volumes] });
const makeWorld = () =>
  makeCommandWorld({ bindRoots: ['/srv'], links: { '/srv/link': '/srv/a', '/srv/plain': '/srv/other' } });

const refusal = (pointer: string) => ({
  code: 'POLICY_VIOLATION',
  message: expect.stringContaining('RING_BIND_ROOTS'),
  violations: [{ pointer, message: expect.any(String) }],
});

describe('a bind of another deployment', () => {
  it.each([
    ['is below a writable one', '/srv/a:/x', '/srv/a/b:/y:ro'],
    ['is above, and writable', '/srv/a/b:/x:ro', '/srv/a:/y'],
    ['is below a writable one by a link', '/srv/a:/x', '/srv/link/b:/y'],
    ['is above by a link, and writable', '/srv/a/b/c:/x', '/srv/link/b:/y'],
  ])('refuses one that %s', async (_how, theirs, own) => {
    const world = makeWorld();
    await createDeployment(draft('web', theirs), editor, world);
    await expect(createDeployment(draft('other', own), editor, world)).rejects.toMatchObject(
      refusal('/volumes/0'),
    );
  });

  it.each([
    ['beside it', '/srv/a:/x', '/srv/ab:/y'],
    ['the same path: what is in it can be changed, it cannot be replaced', '/srv/a:/x', '/srv/a:/y'],
    ['below one that is read-only', '/srv/a:/x:ro', '/srv/a/b:/y'],
    ['above, and read-only', '/srv/a/b:/x', '/srv/a:/y:ro'],
  ])('does not refuse %s', async (_how, theirs, own) => {
    const world = makeWorld();
    await createDeployment(draft('web', theirs), editor, world);
    await expect(createDeployment(draft('other', own), editor, world)).resolves.toBeDefined();
  });

  it('is named, whichever way the bind is declared', async () => {
    const world = makeWorld();
    await createDeployment(draft('web', '/srv/a:/x'), editor, world);
    await createDeployment(draft('other', '/srv/b/c:/x'), editor, world);
    const declaration = { image: 'nginx', volumes: ['/srv/b/c:/x', '/srv/a/b:/y'] };
    const put = declareDeployment({ id: 'other', declaration }, editor, world);
    await expect(put).rejects.toMatchObject(refusal('/volumes/1'));
    await expect(put).rejects.toThrow('/srv/a/b lies within /srv/a of deployment web');
    const patch = { volumes: ['/srv/a/b:/y'] };
    await expect(patchDeployment({ id: 'other', patch }, editor, world)).rejects.toMatchObject(
      refusal('/volumes/0'),
    );
    const deployments = { third: { image: 'nginx', volumes: ['/srv/b:/y'] } };
    const foresee = async () => ({ byUid: null, unseen: 'there is no engine' });
    await expect(
      applyManifests({ manifests: { deployments }, prune: null }, editor, { ...world, foresee }),
    ).rejects.toMatchObject(refusal('/deployments/third/volumes/0'));
  });

  it('cannot be got around by a rollback, nor while that one is being deleted', async () => {
    const world = makeWorld();
    await createDeployment(draft('web', '/srv/a:/x'), editor, world);
    await patchDeployment({ id: 'web', patch: { volumes: [] } }, editor, world);
    await createDeployment(draft('other', '/srv/a/b:/x'), editor, world);
    await expect(rollBack({ id: 'web', revision: 1 }, editor, world)).rejects.toMatchObject({
      code: 'POLICY_VIOLATION',
    });
    await removeDeployment('other', editor, world);
    await expect(createDeployment(draft('third', '/srv/a:/x'), editor, world)).rejects.toMatchObject(
      refusal('/volumes/0'),
    );
  });

  it('may lie anywhere for administrators', async () => {
    const world = makeWorld();
    await createDeployment(draft('web', '/srv/a:/x'), editor, world);
    await expect(createDeployment(draft('other', '/srv/a/b:/x'), admin, world)).resolves.toBeDefined();
  });
});

it('two binds of one deployment may not lie one within the other either', async () => {
  const world = makeWorld();
  await expect(
    createDeployment(draft('web', '/srv/a:/x', '/srv/a/b:/y'), editor, world),
  ).rejects.toMatchObject(refusal('/volumes/1'));
  await createDeployment(draft('web', '/srv/a:/x:ro', '/srv/a/b:/y', '/srv/plain:/z'), editor, world);
});
