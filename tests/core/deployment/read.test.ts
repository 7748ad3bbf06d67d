/** Who sees what of one deployment. */
import { describe, expect, it } from 'vitest';
import { createDeployment } from '../../../core/deployment/commands/create.ts';
import { readDeployment } from '../../../core/deployment/read.ts';
import { emptyMemory } from '../../../core/reconcile/memory.ts';
import { aCaller, aDraft } from '../../support/builders.ts';
import { type CommandWorld, makeCommandWorld } from '../../support/command-ports.ts';
import { aView } from '../../support/records.ts';

const odd = JSON.parse('{"__proto__": "p", "constructor": "c"}');

async function worldWithWeb(): Promise<CommandWorld> {
  const world = makeCommandWorld();
  const draft = aDraft({
    secrets: { TOKEN: 'hunter2', ...odd },
    registry_credentials: { username: 'me', password: 'hunter3' },
    resources: { limits: { cpu: '250m', memory: '64m' }, requests: { cpu: 0.1 } },
    stop_grace: 90,
  });
  await createDeployment(draft, aCaller('admin'), world);
  return world;
}

const readAs = (world: CommandWorld, role: 'viewer' | 'editor' | 'admin') =>
  readDeployment('web', aCaller(role), { deployments: world.store.stores.deployments, vault: world.vault });

describe('the environment', () => {
  it.each(['editor', 'admin'] as const)('is shown to a role of %s', async (role) => {
    const { secrets } = await readAs(await worldWithWeb(), role);
    expect(JSON.stringify(secrets)).toBe('{"TOKEN":"hunter2","__proto__":"p","constructor":"c"}');
  });

  it('is hidden from viewers but for its names', async () => {
    const { secrets } = await readAs(await worldWithWeb(), 'viewer');
    expect(JSON.stringify(secrets)).toBe('{"TOKEN":"***","__proto__":"***","constructor":"***"}');
  });
});

it('shows the credentials of a registry to nobody', async () => {
  const world = await worldWithWeb();
  const seen = await Promise.all((['viewer', 'editor', 'admin'] as const).map((role) => readAs(world, role)));
  expect(JSON.stringify(seen)).not.toMatch(/hunter3|credentials/);
});

it('shows what health checks send along to those who may write', async () => {
  const world = makeCommandWorld();
  const headers = { Authorization: 'Bearer hunter4' };
  const draft = aDraft({ health_checks: [{ type: 'http', port: 80, path: '/healthz', headers }] });
  await createDeployment(draft, aCaller('admin'), world);
  const full = {
    type: 'http',
    port: 80,
    path: '/healthz',
    headers,
    interval: '10s',
    timeout: '5s',
    start_period: '0s',
    threshold: 3,
    success_threshold: 1,
    on_failure: 'restart',
    readiness: false,
  };
  expect((await readAs(world, 'editor')).health_checks).toEqual([full]);
  expect((await readAs(world, 'viewer')).health_checks).toEqual([
    { ...full, headers: { Authorization: '***' } },
  ]);
});

it('shows amounts as numbers in base units and durations in the largest unit', async () => {
  expect(await readAs(await worldWithWeb(), 'viewer')).toMatchObject({
    resources: { limits: { cpu: 0.25, memory: 67108864 }, requests: { cpu: 0.1, memory: null } },
    stop_grace: '90s',
  });
});

it('shows what was observed', async () => {
  const world = await worldWithWeb();
  const lease = await world.store.reconciler.acquireLease(60_000);
  if (!lease) throw new Error('The lease is free');
  const view = aView({ instances: ['c-1'], restarts: 3 });
  const observation = { view, memory: emptyMemory };
  await world.store.reconciler.record(lease, [
    { uid: 'uid-1', generation: 1, observation, events: [], runs: null, purge: false },
  ]);
  expect(await readAs(world, 'viewer')).toMatchObject(view);
});

it.each(['nobody', 'web.production', '', '.', '__proto__', 'constructor'])(
  'finds no deployment %j',
  async (id) => {
    const world = await worldWithWeb();
    const ports = { deployments: world.store.stores.deployments, vault: world.vault };
    await expect(readDeployment(id, aCaller(), ports)).rejects.toMatchObject({
      code: 'DEPLOYMENT_NOT_FOUND',
      message: 'Deployment not found',
    });
  },
);

it('finds no deployment that is removed for good while it is read', async () => {
  const world = await worldWithWeb();
  const deployments = { ...world.store.stores.deployments, revision: async () => null };
  const reading = readDeployment('web', aCaller(), { deployments, vault: world.vault });
  await expect(reading).rejects.toMatchObject({ code: 'DEPLOYMENT_NOT_FOUND' });
});
