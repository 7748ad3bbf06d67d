import { describe, expect, it } from 'vitest';
import { changeOf, inShort, makeManifestWorld } from '../../support/manifest-world.ts';

describe('planning', () => {
  it('changes nothing, and tells the first steps of the reconciler', async () => {
    const world = await makeManifestWorld();
    const before = await world.declared();
    const planned = await world.plan({ deployments: { web: { image: 'app:1', replicas: 2 } } });
    expect(changeOf(planned, 'deployment', 'web')).toEqual({
      ...{ kind: 'deployment', id: 'web', namespace: 'default', change: 'create', reason: null },
      fields: [
        { pointer: '/replicas', before: null, after: 2 },
        { pointer: '/image', before: null, after: 'app:1' },
      ],
      ...{ revision: 1, replaces: false, rolls_out: [], waits_for: null },
      actions: [
        { kind: 'resolveImage', slot: null, words: 'find the image app:1, by the pull policy IfNotPresent' },
        { kind: 'ensureNetwork', slot: null, words: 'make sure of the network of namespace default' },
        { kind: 'createInstance', slot: 0, words: 'create replica 0 at revision 1' },
        { kind: 'startInstance', slot: 0, words: 'start default_web_0_r1' },
        { kind: 'createInstance', slot: 1, words: 'create replica 1 at revision 1' },
        { kind: 'startInstance', slot: 1, words: 'start default_web_1_r1' },
      ],
    });
    expect([await world.declared(), world.woken]).toEqual([before, []]);
  });

  it('says of one that has to wait what it waits for', async () => {
    const world = await makeManifestWorld();
    const planned = await world.plan({
      deployments: {
        web: { image: 'app:1' },
        worker: { image: 'app:1', depends_on: [{ name: 'web', condition: 'healthy' }] },
      },
    });
    expect(changeOf(planned, 'deployment', 'worker')).toMatchObject({
      waits_for: 'web to be healthy',
      actions: [],
    });
  });

  it('says why there are no steps where the engine cannot be seen, and takes the declaration all the same', async () => {
    const world = await makeManifestWorld();
    world.engine.down();
    const applied = await world.apply({ deployments: { web: { image: 'app:1' } } });
    expect(applied.unseen).toContain('the engine cannot be seen');
    expect(changeOf(applied, 'deployment', 'web')).toMatchObject({ change: 'create', actions: null });
  });

  it('of one deployment says what PUT would do, and without a body what is to be done', async () => {
    const world = await makeManifestWorld();
    await expect(world.planOne('web')).rejects.toMatchObject({ code: 'DEPLOYMENT_NOT_FOUND' });
    expect(inShort(await world.planOne('web', { image: 'app:1' }))).toEqual([
      'create namespace default',
      'create deployment web',
    ]);
    await world.apply({ deployments: { web: { image: 'app:1' } } });
    expect(changeOf(await world.planOne('web'), 'deployment', 'web')).toMatchObject({
      change: 'none',
      actions: [
        { kind: 'resolveImage' },
        { kind: 'ensureNetwork' },
        { kind: 'createInstance' },
        { kind: 'startInstance' },
      ],
    });
    await world.converge();
    expect(changeOf(await world.planOne('web'), 'deployment', 'web')).toMatchObject({ actions: [] });
    await expect(world.planOne('web', { image: 'app:1', ports: ['1:2:3:4'] })).rejects.toMatchObject({
      violations: [{ pointer: '/ports/0' }],
    });
    await expect(world.planOne('web', { name: 'other', image: 'app:1' })).rejects.toMatchObject({
      violations: [{ pointer: '/name' }],
    });
  });
});
