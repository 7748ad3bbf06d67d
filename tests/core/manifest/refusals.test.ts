import { describe, expect, it } from 'vitest';
import type { HostPort } from '../../../core/deployment/spec/port.ts';
import { RingError } from '../../../core/errors.ts';
import { applyManifests } from '../../../core/manifest/apply.ts';
import type { Manifests } from '../../../core/manifest/manifest.ts';
import { makeRefusals } from '../../../core/manifest/refusals.ts';
import { aCaller } from '../../support/builders.ts';
import { makeManifestWorld } from '../../support/manifest-world.ts';

/** With which code, and at which places, manifests are refused. */
async function refusalOf(manifests: Manifests, before: Manifests = {}) {
  const world = await makeManifestWorld();
  await world.apply(before, { role: 'admin' });
  const [applied, planned] = await Promise.allSettled([world.apply(manifests), world.plan(manifests)]);
  const reasonOf = (one: PromiseSettledResult<unknown>) => (one.status === 'rejected' ? one.reason : null);
  expect(reasonOf(planned)).toEqual(reasonOf(applied));
  const error: unknown = reasonOf(applied);
  if (!(error instanceof RingError)) throw new Error('It is not refused');
  return { code: error.code, at: error.violations.map(({ pointer }) => pointer) };
}

describe('a manifest is refused', () => {
  it('with every fault of every entry at once', async () => {
    const refusal = await refusalOf({
      secrets: { db: { value: 'a\0b' } },
      deployments: {
        web: { image: 'app:1', replicas: 2, ports: ['80:80'], resources: { limits: { memory: '1k' } } },
        job: { kind: 'job', image: 'app:1', schedule: '61 * * * *' },
        host: { image: 'app:1', volumes: ['/etc:/etc'] },
      },
    });
    expect(refusal).toEqual({
      code: 'INVALID_REQUEST',
      at: [
        '/secrets/db/value',
        '/deployments/web/resources/limits/memory',
        '/deployments/web/ports/0',
        '/deployments/job/schedule',
        '/deployments/host/volumes/0',
      ],
    });
  });

  it('for what its entries refer to and nobody has', async () => {
    const refusal = await refusalOf([
      { secrets: { db: { value: 'x' } } },
      {
        namespace: 'other',
        deployments: {
          web: { image: 'app:1', environment: { 'A/B': { secretRef: 'db' } } },
          file: { image: 'app:1', volumes: [{ type: 'config', source: 'app', destination: '/a' }] },
        },
      },
    ]);
    expect(refusal).toEqual({
      code: 'INVALID_REQUEST',
      at: ['/1/deployments/web/environment/A~1B/secretRef', '/1/deployments/file/volumes/0/source'],
    });
  });

  it('for one name that is declared twice', async () => {
    const web = { deployments: { web: { image: 'app:1' } } };
    expect(await refusalOf([web, { namespace: 'a', ...web }, { namespace: 'default', ...web }])).toEqual({
      code: 'INVALID_REQUEST',
      at: ['/2/deployments/web'],
    });
  });

  it('for ports that two of it publish, and for circles', async () => {
    const at = { image: 'app:1', ports: ['8001:80'] };
    expect(await refusalOf({ deployments: { one: at, two: at } })).toEqual({
      code: 'PORT_IN_USE',
      at: ['/deployments/one/ports/0', '/deployments/two/ports/0'],
    });
    const waiting = (name: string) => ({ image: 'app:1', depends_on: [{ name }] });
    expect(await refusalOf({ deployments: { one: waiting('two'), two: waiting('one') } })).toEqual({
      code: 'INVALID_REQUEST',
      at: ['/deployments/one/depends_on/0/name', '/deployments/two/depends_on/0/name'],
    });
  });

  it('for ports that somebody else holds, who is asked once for all of them', async () => {
    const world = await makeManifestWorld();
    const asked: number[] = [];
    const hostPorts = {
      async taken(ports: readonly HostPort[]) {
        asked.push(ports.length);
        return ports
          .filter(({ published }) => published === 8002)
          .map((port) => ({ ...port, by: 'a stranger' }));
      },
    };
    const ports = { ...world.ports, policy: { ...world.ports.policy, hostPorts } };
    const at = (port: string) => ({
      image: 'app:1',
      ports: [port],
      update: { order: 'stop-first' as const },
    });
    const deployments = { one: at('8001:80'), two: at('8002:80'), three: at('8003:80') };
    const applying = applyManifests({ manifests: { deployments }, prune: null }, aCaller(), ports);
    await expect(applying).rejects.toMatchObject({
      code: 'PORT_IN_USE',
      violations: [{ pointer: '/deployments/two/ports/0', message: expect.stringContaining('a stranger') }],
    });
    expect(asked).toEqual([3]);
  });

  it('for a config without a key that a deployment mounts, unless that changes too', async () => {
    const mounting = (key: string) => ({
      image: 'app:1',
      volumes: [{ type: 'config' as const, source: 'app', key, destination: '/a' }],
    });
    const before = { configs: { app: { data: { a: 1 } } }, deployments: { web: mounting('a') } };
    const configs = { app: { data: { b: 1 } } };
    expect(await refusalOf({ configs }, before)).toEqual({
      code: 'INVALID_REQUEST',
      at: ['/configs/app/data'],
    });
    const world = await makeManifestWorld();
    await world.apply(before);
    await expect(world.apply({ configs, deployments: { web: mounting('b') } })).resolves.toBeDefined();
  });

  it('while what it declares is being deleted', async () => {
    const world = await makeManifestWorld();
    const manifest = { deployments: { web: { image: 'app:1', labels: { app: 'x' } } } };
    await world.apply(manifest);
    await world.converge();
    await world.apply({ namespace: 'default' }, { prune: 'app=x' });
    await expect(world.apply(manifest)).rejects.toMatchObject({
      ...{ code: 'DEPLOYMENT_BEING_DELETED', retryAfterSeconds: 1 },
      violations: [{ pointer: '/deployments/web' }],
    });
    await world.converge();
    await expect(world.apply(manifest)).resolves.toMatchObject({ summary: { create: 1 } });
  });

  it('for a namespace that is being deleted, unless something is put into it', async () => {
    const world = await makeManifestWorld();
    await world.apply({ namespace: 'a', deployments: { web: { image: 'app:1' } } });
    await world.converge();
    await world.store.write(({ namespaces }) => namespaces.delete('a', '2024-01-15T10:30:00.000Z'));
    await expect(world.apply({ namespaces: ['a'] })).rejects.toMatchObject({
      violations: [{ pointer: '/namespaces/0' }],
    });
    const kept = await world.apply({ namespaces: ['a'], configs: { app: { namespace: 'a', data: '' } } });
    expect(kept.changes[0]).toMatchObject({ change: 'update', reason: 'its deletion is cancelled' });
  });
});

describe('refusals', () => {
  it('are no place for what is nobody’s fault', async () => {
    const refusals = makeRefusals();
    const ailing = new RingError('DATABASE_UNAVAILABLE', 'The database cannot be read');
    const failing = () => {
      throw ailing;
    };
    await expect(refusals.attempt('/a', failing)).rejects.toBe(ailing);
    expect(() => refusals.settle()).not.toThrow();
  });

  it('of several kinds are an invalid request, of no more than a hundred violations', async () => {
    const refusals = makeRefusals();
    await refusals.attempt('/a', () => {
      throw new RingError('PORT_IN_USE', 'taken');
    });
    for (let index = 0; index < 200; index += 1) refusals.say(`/b/${index}`, 'is wrong');
    const violations = expect.objectContaining({ length: 100, 0: { pointer: '/a', message: 'taken' } });
    expect(() => refusals.settle()).toThrow(expect.objectContaining({ code: 'INVALID_REQUEST', violations }));
  });
});
