import { describe, expect, it } from 'vitest';
import type { Manifest } from '../../../core/manifest/manifest.ts';
import { changeOf, inShort, makeManifestWorld } from '../../support/manifest-world.ts';

const shop: Manifest = {
  namespace: 'shop',
  labels: { stack: 'shop' },
  namespaces: ['shop', 'spare'],
  configs: { app: { data: { port: 80 } } },
  secrets: { db: { value: 'hunter2' } },
  deployments: {
    web: {
      image: 'app:1',
      replicas: 2,
      environment: { PASSWORD: { secretRef: 'db' }, MODE: 'fast' },
      volumes: [{ type: 'config', source: 'app', destination: '/etc/app.json' }],
    },
    worker: { image: 'app:1', labels: { stack: 'own' }, depends_on: [{ name: 'web', condition: 'healthy' }] },
  },
};

/** The shop with something else about its web. */
const withWeb = (changes: Partial<NonNullable<Manifest['deployments']>[string]>): Manifest => ({
  ...shop,
  deployments: { ...shop.deployments, web: { ...shop.deployments?.web, image: 'app:1', ...changes } },
});

describe('applying a manifest', () => {
  it('makes all that it names, in order, with its namespace and labels', async () => {
    const world = await makeManifestWorld();
    const done = await world.apply(shop);
    expect(inShort(done)).toEqual([
      'create namespace shop',
      'create namespace spare',
      'create config app',
      'create secret db',
      'create deployment web',
      'create deployment worker',
    ]);
    expect(done.summary).toEqual({ create: 6, update: 0, scale: 0, delete: 0, none: 0 });
    const declared = await world.declared();
    expect(
      declared.map(({ record, revision }) => [record.namespace, record.id, revision.spec.labels]),
    ).toEqual([
      ['shop', 'web', { stack: 'shop' }],
      ['shop', 'worker', { stack: 'own' }],
    ]);
    const config = await world.store.stores.configs.find('app');
    expect(config).toMatchObject({ namespace: 'shop', data: '{\n  "port": 80\n}', version: 1 });
    expect(world.woken).toEqual(declared.map(({ record }) => record.uid));
    expect(await world.converge()).toBe(true);
    expect(world.instances()).toHaveLength(3);
  });

  it('again finds nothing to do, and wakes nobody', async () => {
    const world = await makeManifestWorld();
    await world.apply(shop);
    await world.converge();
    const before = { woken: [...world.woken], declared: await world.declared() };
    const again = await world.apply(shop);
    expect(again.summary).toEqual({ create: 0, update: 0, scale: 0, delete: 0, none: 6 });
    expect(again.changes.map(({ fields, actions }) => [fields, actions])).toEqual(
      again.changes.map(() => [[], []]),
    );
    expect({ woken: world.woken, declared: await world.declared() }).toEqual(before);
  });

  it('tells what of a deployment changes, by field, and what it replaces', async () => {
    const world = await makeManifestWorld();
    await world.apply(shop);
    await world.converge();
    const changed = await world.apply(
      withWeb({ image: 'app:2', environment: { PASSWORD: { secretRef: 'db' }, MODE: 'slow' } }),
    );
    expect(changeOf(changed, 'deployment', 'web')).toMatchObject({
      change: 'update',
      revision: 2,
      replaces: true,
      reason: null,
      fields: [
        { pointer: '/image', before: 'app:1', after: 'app:2' },
        { pointer: '/environment/MODE', before: '***', after: '***' },
      ],
    });
    const scaled = await world.apply(withWeb({ image: 'app:2', replicas: 5 }));
    expect(changeOf(scaled, 'deployment', 'web')).toMatchObject({ change: 'update', replaces: true });
    const only = await world.apply(withWeb({ image: 'app:2', replicas: 3 }));
    expect(changeOf(only, 'deployment', 'web')).toMatchObject({
      ...{ change: 'scale', revision: 3, replaces: false },
      fields: [{ pointer: '/replicas', before: 5, after: 3 }],
    });
  });

  it('rolls a changed config and secret out to whoever uses them, declared here or not', async () => {
    const world = await makeManifestWorld();
    await world.apply(shop);
    await world.apply({
      deployments: { beside: { namespace: 'shop', image: 'app:1', secrets: { P: { secretRef: 'db' } } } },
    });
    await world.converge();
    const { deployments: _same, ...inputs } = shop;
    const changed = await world.apply({ ...inputs, secrets: { db: { value: 'other' } } });
    expect(inShort(changed)).toEqual([
      'none namespace shop',
      'none namespace spare',
      'none config app',
      'update secret db',
      'update deployment beside',
      'update deployment web',
    ]);
    expect(changeOf(changed, 'secret', 'db')).toMatchObject({
      fields: [{ pointer: '/value', before: '***', after: '***' }],
      rolls_out: ['beside', 'web'],
    });
    expect(changeOf(changed, 'deployment', 'web')).toMatchObject({
      ...{ fields: [], reason: 'takes version 2 of secret db', revision: 2, replaces: true },
    });
    expect(await world.converge()).toBe(true);
    expect(new Set(world.instances().map(({ identity }) => `${identity.name}@${identity.revision}`))).toEqual(
      new Set(['web@2', 'beside@2', 'worker@1']),
    );
  });

  it('makes one revision of a deployment that changes together with what it uses', async () => {
    const world = await makeManifestWorld();
    await world.apply(shop);
    const changed = await world.apply({ ...withWeb({ image: 'app:2' }), configs: { app: { data: 'new' } } });
    const web = changeOf(changed, 'deployment', 'web');
    expect([web.change, web.revision, web.reason]).toEqual(['update', 2, 'takes version 2 of config app']);
    expect(changeOf(changed, 'config', 'app')).toMatchObject({ change: 'update', rolls_out: ['web'] });
  });

  it('makes one revision of a deployment that uses several things that change', async () => {
    const world = await makeManifestWorld();
    await world.apply(shop);
    const { deployments: _same, ...inputs } = shop;
    const changed = await world.apply({
      ...{ ...inputs, configs: { app: { data: 'new' } } },
      secrets: { db: { value: 'new' } },
    });
    const web = changeOf(changed, 'deployment', 'web');
    expect([web.revision, web.reason]).toEqual([
      2,
      'takes version 2 of config app; takes version 2 of secret db',
    ]);
    const revisions = await world.store.stores.deployments.revisions('manifest-1');
    expect(revisions.map(({ cause }) => cause)).toEqual([
      { kind: 'input', input: 'config/app@2, secret/db@2' },
      { kind: 'declared' },
    ]);
    const events = await world.store.stores.events.list('manifest-1', { limit: 10 });
    expect(events.map(({ message }) => message).slice(-2)).toEqual([
      'Config app changed to version 2: revision 2',
      'Secret db changed to version 2: revision 2',
    ]);
  });

  it('judges what stands in the end, in whatever order it comes', async () => {
    const world = await makeManifestWorld();
    const at = (port: string, depends?: string) => ({
      ...{ image: 'app:1', ports: [port], update: { order: 'stop-first' as const } },
      depends_on: depends === undefined ? [] : [{ name: depends }],
    });
    await world.apply({ deployments: { one: at('8001:80', 'two'), two: at('8002:80') } });
    const swapped = await world.apply({ deployments: { one: at('8002:80'), two: at('8001:80', 'one') } });
    expect(swapped.summary).toMatchObject({ update: 2 });
    await expect(
      world.apply({ deployments: { three: at('8002:80'), one: at('8003:80') } }),
    ).resolves.toMatchObject({ summary: { create: 1, update: 1 } });
  });

  it('of several documents is one: each in its namespace, all or nothing', async () => {
    const world = await makeManifestWorld();
    const one = { namespace: 'a', deployments: { web: { image: 'app:1' } } };
    const other = {
      namespace: 'b',
      deployments: { web: { image: 'app:1' }, job: { kind: 'job' as const, image: 'app:1' } },
    };
    expect(inShort(await world.apply([one, other]))).toEqual([
      'create namespace a',
      'create namespace b',
      'create deployment web',
      'create deployment web.b',
      'create deployment job',
    ]);
    const broken = { namespace: 'b', deployments: { web: { image: 'app:2', volumes: ['/etc:/etc'] } } };
    const before = await world.declared();
    await expect(world.apply([{ ...one, namespaces: ['c'] }, broken])).rejects.toMatchObject({
      code: 'POLICY_VIOLATION',
      violations: [{ pointer: '/1/deployments/web/volumes/0' }],
    });
    expect(await world.declared()).toEqual(before);
    expect(await world.store.stores.namespaces.find('c')).toBeNull();
  });
});

describe('pruning', () => {
  it('deletes what is selected and not declared, in the namespaces that are spoken of', async () => {
    const world = await makeManifestWorld();
    const stack = (namespace: string, ...names: string[]): Manifest => ({
      ...{ namespace, labels: { stack: 'shop' } },
      deployments: Object.fromEntries(names.map((name) => [name, { image: 'app:1' }])),
    });
    await world.apply([stack('a', 'one', 'two'), stack('b', 'three')]);
    await world.apply({
      deployments: { four: { namespace: 'a', image: 'app:1', labels: { stack: 'other' } } },
    });
    await world.converge();
    expect((await world.plan(stack('a', 'one'))).summary).toMatchObject({ delete: 0 });
    const pruned = await world.apply(stack('a', 'one'), { prune: 'stack=shop' });
    expect(inShort(pruned)).toEqual(['none deployment one', 'delete deployment two']);
    expect(changeOf(pruned, 'deployment', 'two')).toMatchObject({
      ...{ reason: 'it is selected by prune and not declared', revision: null, replaces: false, fields: [] },
      actions: [
        { kind: 'stopInstance', slot: 0, words: 'stop a_two_0_r1: the deployment is deleted' },
        { kind: 'removeInstance', slot: 0, words: 'remove a_two_0_r1: the deployment is deleted' },
      ],
    });
    expect(await world.converge()).toBe(true);
    expect(
      world
        .instances()
        .map(({ identity }) => identity.name)
        .sort(),
    ).toEqual(['four', 'one', 'three']);
  });

  it('frees the ports of what goes for what comes', async () => {
    const world = await makeManifestWorld();
    const old = { image: 'app:1', ports: ['8001:80'], labels: { app: 'x' } };
    await world.apply({ deployments: { old } });
    const { summary } = await world.apply({ deployments: { fresh: old } }, { prune: 'app=x' });
    expect(summary).toMatchObject({ create: 1, delete: 1 });
  });
});
