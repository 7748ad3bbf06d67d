/** PATCH: merges into what is declared now. */
import { describe, expect, it } from 'vitest';
import { createDeployment } from '../../../../core/deployment/commands/create.ts';
import { patchDeployment } from '../../../../core/deployment/commands/patch.ts';
import { removeDeployment } from '../../../../core/deployment/commands/remove.ts';
import { openConfidential } from '../../../../core/deployment/revision.ts';
import type { DeploymentDraft } from '../../../../core/deployment/spec/draft.ts';
import { RingError } from '../../../../core/errors.ts';
import { aCaller, aDraft } from '../../../support/builders.ts';
import { type CommandWorld, makeCommandWorld } from '../../../support/command-ports.ts';
import { madeAt } from '../../../support/records.ts';

const admin = aCaller('admin');

const patch = (world: CommandWorld, changes: Record<string, unknown>, id = 'web') =>
  patchDeployment({ id, patch: changes }, admin, world);

async function worldWithWeb(changes: Partial<DeploymentDraft> = {}): Promise<CommandWorld> {
  const world = makeCommandWorld();
  await createDeployment(aDraft(changes), admin, world);
  world.pass(1000);
  return world;
}

/** Where a patch is at fault, sorted. */
async function pointersOf(world: CommandWorld, changes: Record<string, unknown>): Promise<readonly string[]> {
  try {
    await patch(world, changes);
    return [];
  } catch (error) {
    if (!(error instanceof RingError)) throw error;
    expect(error.code).toBe('INVALID_REQUEST');
    return error.violations.map(({ pointer }) => pointer).sort();
  }
}

const reasonsOf = async (world: CommandWorld) =>
  (await world.store.stores.events.list('uid-1', { limit: 99 })).map(({ reason }) => reason);

describe('of replicas', () => {
  it('scales without a new revision', async () => {
    const world = await worldWithWeb();
    expect(await patch(world, { replicas: 5 })).toMatchObject({
      replicas: 5,
      revision: 1,
      updated_at: '2024-01-15T10:30:01.000Z',
    });
    expect(await patch(world, { replicas: 2 })).toMatchObject({ replicas: 2, revision: 1 });
    expect(await reasonsOf(world)).toEqual(['DeploymentCreated', 'ScaledUp', 'ScaledDown']);
    expect(await world.store.stores.deployments.revision('uid-1', 2)).toBeNull();
    expect(world.woken).toEqual(['uid-1', 'uid-1', 'uid-1']);
  });

  it('scales without a new revision with Always too', async () => {
    const world = await worldWithWeb({ image_pull_policy: 'Always', volumes: ['/srv:/srv', 'data:/data'] });
    expect(await patch(world, { replicas: 5 })).toMatchObject({ replicas: 5, revision: 1 });
  });
});

it.each([
  {},
  { replicas: 1 },
  { image: 'nginx:1.21' },
  { labels: {} },
  { command: null },
  { secrets: { A: '1' } },
])('finds nothing to do in %j', async (changes) => {
  const world = await worldWithWeb({ secrets: { A: '1' } });
  expect(await patch(world, changes)).toMatchObject({ revision: 1, updated_at: madeAt });
  expect(await reasonsOf(world)).toEqual(['DeploymentCreated']);
  expect(world.woken).toEqual(['uid-1']);
});

it('merges objects, replaces lists and removes what is null', async () => {
  const world = await worldWithWeb({
    labels: { keep: '1', drop: '2', change: '3' },
    secrets: { KEEP: '1', DROP: '2' },
    ports: ['80:80'],
    volumes: ['/srv:/srv:ro', 'data:/data'],
    resources: { limits: { cpu: 1, memory: '64m' } },
    workdir: '/app',
    stop_grace: '1s',
  });
  const changed = await patch(world, {
    labels: { drop: null, change: '4', add: '5' },
    secrets: { DROP: null },
    ports: ['81:80'],
    resources: { limits: { cpu: null } },
    workdir: null,
    stop_grace: null,
  });
  expect(changed).toMatchObject({
    revision: 2,
    ports: [{ published: 81, target: 80, host_ip: '127.0.0.1', protocol: 'tcp' }],
    mounts: [
      { type: 'bind', source: '/srv', destination: '/srv', permission: 'ro' },
      { type: 'volume', source: 'data', destination: '/data', permission: 'rw' },
    ],
    resources: { limits: { cpu: null, memory: 64 * 1024 ** 2 }, requests: { cpu: null, memory: null } },
    workdir: null,
    stop_grace: '10s',
  });
  expect([changed.labels, changed.secrets]).toEqual([{ add: '5', change: '4', keep: '1' }, { KEEP: '1' }]);
});

it('keeps a bind in string form one whose source the engine makes', async () => {
  const world = await worldWithWeb({ volumes: ['/srv:/srv'] });
  await patch(world, { image: 'nginx:1.22' });
  const revision = await world.store.stores.deployments.revision('uid-1', 2);
  expect(revision?.spec.volumes).toEqual([
    { type: 'bind', source: '/srv', destination: '/srv', permission: 'rw', makeSource: true },
  ]);
});

it('keeps the credentials it does not name', async () => {
  const credentials = { username: 'me', password: 'pw', server: 'registry.example' };
  const world = await worldWithWeb({ registry_credentials: credentials });
  await patch(world, { image: 'nginx:1.22' });
  const revision = await world.store.stores.deployments.revision('uid-1', 2);
  expect(revision && openConfidential(revision, world.vault).credentials).toEqual(credentials);
});

describe('of the environment', () => {
  it('merges under either name', async () => {
    const world = await worldWithWeb({ secrets: { A: '1' } });
    expect((await patch(world, { environment: { B: '2' } })).secrets).toEqual({ A: '1', B: '2' });
    expect((await patch(world, { secrets: { A: null } })).secrets).toEqual({ B: '2' });
    expect((await patch(world, { environment: null })).secrets).toEqual({});
  });

  it('names the field as it was sent when it is at fault', async () => {
    const world = await worldWithWeb({ secrets: { A: '1' } });
    expect(await pointersOf(world, { environment: { 'B=': '2' } })).toEqual(['/environment/B=']);
    expect(await pointersOf(world, { environment: { B: 2 } })).toEqual(['/environment/B']);
    expect(await pointersOf(world, { secrets: { B: 2 } })).toEqual(['/secrets/B']);
  });

  it('is refused under both names at once', async () => {
    const world = await worldWithWeb();
    expect(await pointersOf(world, { environment: { A: '1' }, secrets: { A: '1' } })).toEqual([
      '/environment',
    ]);
  });
});

describe('that makes no deployment', () => {
  it.each<[object, readonly string[]]>([
    [{ image: null }, ['/image']],
    [{ name: null }, ['/name']],
    [{ image: '?' }, ['/image']],
    [{ replicas: '5' }, ['/replicas']],
    [{ replicas: -1 }, ['/replicas']],
    [{ replicas: 1.5 }, ['/replicas']],
    [{ bogus: 1, wrong: 2 }, ['/bogus', '/wrong']],
    [{ labels: { 'app.kubernetes.io/name': 5 } }, ['/labels/app.kubernetes.io~1name']],
    [{ ports: ['80:80'], replicas: 2 }, ['/ports/0']],
    [{ volumes: [{ source: 'data', destination: 5 }] }, ['/volumes/0/destination']],
    [{ resources: { limits: { cpu: 'many' }, requests: { disk: 1 } } }, ['/resources/requests/disk']],
    [{ labels: [] }, ['/labels']],
    [{ volumes: 'data:/data' }, ['/volumes']],
    [{ registry_credentials: { username: 'me' } }, ['/registry_credentials/password']],
  ])('is refused with pointers: %j', async (changes, pointers) => {
    const world = await worldWithWeb();
    expect(await pointersOf(world, { ...changes })).toEqual(pointers);
    expect(await world.store.stores.deployments.find('web')).toMatchObject({ generation: 1 });
    expect(world.woken).toEqual(['uid-1']);
  });

  it.each(['{"__proto__": 1}', '{"labels": {"__proto__": "x"}}', '{"secrets": {"constructor": "x"}}'])(
    'is refused, and not passed over in silence, for names that cannot be kept: %s',
    async (text) => {
      expect(await pointersOf(await worldWithWeb(), JSON.parse(text))).toHaveLength(1);
    },
  );

  it('is refused without repeating a value', async () => {
    const world = await worldWithWeb();
    const failed = patch(world, { secrets: { A: { token: 'hunter2' } }, registry_credentials: 'hunter2' });
    await expect(failed).rejects.toSatisfy(
      (error) =>
        error instanceof RingError && !JSON.stringify([error.message, error.violations]).includes('hunter2'),
    );
  });

  it('is refused at any depth', async () => {
    const depth = 100_000;
    const deep: unknown = JSON.parse(`${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`);
    expect(await pointersOf(await worldWithWeb(), { labels: { deep }, deep })).toEqual([
      '/deep',
      '/labels/deep',
    ]);
  });
});

it('refuses another identity, all of it at once, whatever else does not fit', async () => {
  const world = await worldWithWeb();
  expect(await pointersOf(world, { name: 'api', namespace: 'production', kind: 'job' })).toEqual([
    '/kind',
    '/name',
    '/namespace',
  ]);
});

it('leaves a patch that is taken as it was', async () => {
  const changes = { labels: { a: null, b: '1' }, volumes: [{ source: 'data', destination: '/data' }] };
  await patch(await worldWithWeb({ labels: { a: '1' } }), changes);
  expect(changes).toEqual({
    labels: { a: null, b: '1' },
    volumes: [{ source: 'data', destination: '/data' }],
  });
});

it('takes the id of every form', async () => {
  const world = await worldWithWeb();
  expect((await patchDeployment({ id: 'web.default', patch: { replicas: 2 } }, admin, world)).replicas).toBe(
    2,
  );
});

it.each(['nobody', 'web.production', '__proto__', ''])('finds no deployment %j', async (id) => {
  const world = await worldWithWeb();
  await expect(patch(world, { replicas: 2 }, id)).rejects.toMatchObject({ code: 'DEPLOYMENT_NOT_FOUND' });
});

it.each([{}, { replicas: 2 }, { image: '?' }, { name: 'api' }])(
  'refuses %j for a deployment that is being deleted',
  async (changes) => {
    const world = await worldWithWeb();
    await removeDeployment('web', admin, world);
    await expect(patch(world, changes)).rejects.toMatchObject({ code: 'DEPLOYMENT_BEING_DELETED' });
  },
);

it('judges the result as it would the creation', async () => {
  const world = await worldWithWeb();
  const target = { id: 'web', patch: { volumes: ['/etc:/etc'] } };
  await expect(patchDeployment(target, aCaller('editor'), world)).rejects.toMatchObject({
    code: 'POLICY_VIOLATION',
    violations: [{ pointer: '/volumes/0' }],
  });
});

it('loses none of many patches at once', async () => {
  const world = await worldWithWeb();
  const names = Array.from({ length: 10 }, (_, index) => `N${index}`);
  await Promise.all(names.map((name) => patch(world, { secrets: { [name]: '1' } })));
  const { secrets, revision } = await patch(world, {});
  expect({ names: Object.keys(secrets), revision }).toEqual({ names, revision: 11 });
});

it('says the way out where the key of the secrets it would merge into is lost', async () => {
  const world = await worldWithWeb({ secrets: { A: '1' } });
  world.loseKey();
  await expect(patch(world, { image: 'nginx:1.22' })).rejects.toMatchObject({
    code: 'INTERNAL',
    message: expect.stringContaining('PUT /deployments/web'),
  });
});
