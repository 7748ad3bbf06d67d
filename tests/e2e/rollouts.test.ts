/** Rollouts on a real engine: good ones, bad ones that roll back, superseded, steered by hand, forced to stop first. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { DeploymentDeclaration } from '../../core/deployment/spec/draft.ts';
import type { Deployment } from '../../core/deployment/view.ts';
import { freePort } from '../support/docker-world.ts';
import { ensureTestImage } from '../support/images.ts';
import { runningIds } from '../support/inspect.ts';
import { openRingProcess, type RingProcess } from '../support/ring-process.ts';

let ring: RingProcess;
let first = '';
let second = '';
const namespace = 'rolling';
const update = { min_healthy_time: '1s', drain_delay: '200ms' } as const;
const patience = { withinMs: 90_000 };

beforeAll(async () => {
  first = await ensureTestImage('1');
  second = await ensureTestImage('2');
  ring = await openRingProcess();
});

afterAll(() => ring?.close());

const isAt =
  (revision: number, state: NonNullable<Deployment['rollout']>['state']) =>
  ({ rollout }: Deployment): boolean =>
    rollout?.revision === revision && rollout.state === state;

/** Declares the first revision and waits until it proved itself. */
const openFirst = async (
  id: string,
  declaration: Partial<DeploymentDeclaration> = {},
): Promise<Deployment> => {
  await ring.declare(id, { image: first, namespace, update, ...declaration });
  return ring.until(id, isAt(1, 'completed'), patience);
};

/** Waits for a rollout to come to a state; what was read then, and the fewest ready replicas on the way. */
const watch = async (id: string, enough: (seen: Deployment) => boolean) => {
  let fewest = Number.POSITIVE_INFINITY;
  const last = await ring.until(
    id,
    (seen) => {
      fewest = Math.min(fewest, seen.ready_replicas);
      return enough(seen);
    },
    patience,
  );
  return { last, fewest };
};

const namesOf = async (id: string): Promise<readonly string[]> =>
  (await ring.containers(id)).map(({ Names, State }) => `${Names[0]?.slice(1)} ${State}`).sort();

const reasonsOf = async (id: string) => (await ring.events(id)).map(({ reason }) => reason);

test.concurrent('a good rollout never has fewer ready replicas than are wanted', async () => {
  await openFirst('good', { replicas: 3 });
  await ring.declare('good', { image: second, replicas: 3, namespace, update });
  const { last, fewest } = await watch('good', isAt(2, 'completed'));
  expect({ fewest, status: last.status, rollout: last.rollout }).toMatchObject({
    fewest: 3,
    status: 'running',
    rollout: { from: 1, updated: 3, total: 3, reason: null },
  });
  expect(await namesOf('good')).toEqual([0, 1, 2].map((slot) => `rolling_good_${slot}_r2 running`));
});

const bad: readonly [string, string, Partial<DeploymentDeclaration>, RegExp][] = [
  [
    'ends at once',
    'ending',
    { command: ['sh', '-c', 'echo cannot go on; exit 3'] },
    /ended [3-9] times in a row.*exit code 3.*cannot go on/,
  ],
  ['has a command that does not exist', 'missing', { command: ['no-such-command'] }, /no-such-command/],
  [
    'has an image that does not exist',
    'imageless',
    { image: 'ring-test:none', image_pull_policy: 'Never' },
    /ring-test:none/,
  ],
];

test.concurrent.for(bad)('a revision that %s is rolled back by itself', async ([, id, change, why]) => {
  const before = await openFirst(id, { replicas: 2 });
  await ring.declare(id, { image: first, replicas: 2, namespace, update, ...change });
  const { last, fewest } = await watch(id, isAt(2, 'rolled_back'));
  expect({ fewest, status: last.status, instances: last.instances }).toEqual({
    fewest: 2,
    status: 'running',
    instances: before.instances,
  });
  expect(last.rollout?.reason).toMatch(why);
  expect(last.status_reason).toMatch(/revision 2 failed and was rolled back to revision 1/);
  expect(runningIds(await ring.containers(id))).toEqual([...before.instances].sort());
  expect(await reasonsOf(id)).toEqual(
    expect.arrayContaining(['RolloutStarted', 'RolloutFailed', 'RolledBack']),
  );
});

test.concurrent('what a failed revision wrote can be read afterwards', async () => {
  await openFirst('told');
  const command = ['sh', '-c', 'echo cannot go on; exit 3'];
  await ring.declare('told', { image: first, namespace, update, command });
  await watch('told', isAt(2, 'rolled_back'));
  const { body } = await ring.call('GET', '/deployments/told/logs?previous=true');
  expect(JSON.stringify(body)).toContain('cannot go on');
  expect(await namesOf('told')).toEqual(['rolling_told_0_r1 running', 'rolling_told_0_r2 exited']);
});

test.concurrent('one that shall stop for a person waits, and goes on when it is resumed', async () => {
  const flags = await mkdtemp(join(tmpdir(), 'ring-flags-'));
  try {
    const before = await openFirst('waiting');
    const command = ['sh', '-c', '[ -e /flags/go ] || exit 4; exec sleep 1000'];
    const terms = { ...update, on_failure: 'pause' } as const;
    const volumes = [`${flags}:/flags:ro`];
    await ring.declare('waiting', {
      image: first,
      namespace,
      update: terms,
      command,
      volumes,
      stop_grace: 1,
    });
    const { last } = await watch('waiting', isAt(2, 'paused'));
    expect(last).toMatchObject({
      status: 'running',
      rollout: { reason: expect.stringMatching(/exit code 4/) },
    });
    expect(runningIds(await ring.containers('waiting'))).toEqual(expect.arrayContaining(before.instances));

    await writeFile(join(flags, 'go'), '');
    expect(await ring.call('POST', '/deployments/waiting/resume')).toMatchObject({ status: 200 });
    const { fewest } = await watch('waiting', isAt(2, 'completed'));
    expect({ fewest, names: await namesOf('waiting') }).toEqual({
      fewest: 1,
      names: ['rolling_waiting_0_r2 running'],
    });
  } finally {
    await ring.call('DELETE', '/deployments/waiting');
    await rm(flags, { recursive: true, force: true });
  }
});

test.concurrent('one that stopped for a person is rolled back by hand', async () => {
  const before = await openFirst('undone');
  const terms = { ...update, on_failure: 'pause' } as const;
  await ring.declare('undone', { image: first, namespace, update: terms, command: ['false'] });
  await watch('undone', isAt(2, 'paused'));
  const { status } = await ring.call('POST', '/deployments/undone/rollback');
  const { last, fewest } = await watch('undone', isAt(3, 'completed'));
  expect({ status, fewest, instances: last.instances }).toEqual({
    status: 200,
    fewest: 1,
    instances: before.instances,
  });
});

test.concurrent('a newer revision takes the place of one that is under way', async () => {
  await openFirst('overtaken', { replicas: 3 });
  const slow = { ...update, min_healthy_time: '50s' };
  await ring.declare('overtaken', { image: second, replicas: 3, namespace, update: slow });
  await ring.until('overtaken', ({ instances }) => instances.length === 4, patience);
  await ring.declare('overtaken', {
    image: second,
    replicas: 3,
    namespace,
    update,
    secrets: { THIRD: 'yes' },
  });
  const { fewest } = await watch('overtaken', isAt(3, 'completed'));
  expect({ fewest, names: await namesOf('overtaken') }).toEqual({
    fewest: 3,
    names: [0, 1, 2].map((slot) => `rolling_overtaken_${slot}_r3 running`),
  });
});

test.concurrent('an older revision comes back as it was, under a new number', async () => {
  const before = await openFirst('returned', { secrets: { WHICH: 'one' } });
  await ring.declare('returned', { image: second, namespace, update, secrets: { WHICH: 'two' } });
  await watch('returned', isAt(2, 'completed'));
  await ring.declare('returned', { image: second, namespace, update, secrets: { WHICH: 'three' } });
  await watch('returned', isAt(3, 'completed'));

  await ring.call('POST', '/deployments/returned/rollback', { body: { revision: 1 } });
  const { last, fewest } = await watch('returned', isAt(4, 'completed'));
  expect({ fewest, image: last.image, pin: last.image_id, secrets: last.secrets }).toEqual({
    fewest: 1,
    image: first,
    pin: before.image_id,
    secrets: { WHICH: 'one' },
  });
  const container = await ring.docker.getContainer(last.instances[0] ?? '').inspect();
  expect({ image: container.Image, env: container.Config.Env }).toEqual({
    image: before.image_id,
    env: expect.arrayContaining(['WHICH=one']),
  });
});

test.concurrent('a restart makes all containers anew, a few at a time', async () => {
  const before = await openFirst('fresh', { replicas: 2 });
  await ring.call('POST', '/deployments/fresh/restart');
  const { last, fewest } = await watch('fresh', isAt(2, 'completed'));
  expect({
    fewest,
    pin: last.image_id,
    kept: last.instances.filter((id) => before.instances.includes(id)),
  }).toEqual({
    fewest: 2,
    pin: before.image_id,
    kept: [],
  });
});

test.concurrent('a paused deployment replaces nothing until it is resumed', async () => {
  const before = await openFirst('held');
  await ring.call('POST', '/deployments/held/pause');
  await ring.declare('held', { image: second, namespace, update });
  await ring.until('held', isAt(2, 'paused'), patience);
  await ring.call('POST', '/reconcile');
  expect(await ring.read('held')).toMatchObject({ status: 'running', instances: before.instances });

  await ring.call('POST', '/deployments/held/resume');
  await watch('held', isAt(2, 'completed'));
  expect(await namesOf('held')).toEqual(['rolling_held_0_r2 running']);
});

test.concurrent('a host port forces the old one to stop first, and an event says so', async () => {
  const ports = [`${await freePort()}:80`];
  await openFirst('ported', { ports });
  await ring.declare('ported', { image: second, namespace, update, ports });
  await watch('ported', isAt(2, 'completed'));
  const forced = (await ring.events('ported')).filter(({ reason }) => reason === 'RolloutForcedStopFirst');
  expect(forced).toMatchObject([{ message: expect.stringContaining('host port') }]);
  expect(await namesOf('ported')).toEqual(['rolling_ported_0_r2 running']);
});

test.concurrent('other terms and other checks replace no container', async () => {
  const before = await openFirst('reworded', { replicas: 2 });
  const health_checks = [{ type: 'tcp', port: 80, interval: '1s' }];
  await ring.call('PATCH', '/deployments/reworded', { body: { health_checks } });
  const { last } = await watch('reworded', isAt(2, 'completed'));
  await ring.call('PATCH', '/deployments/reworded', { body: { update: { parallelism: 2 } } });
  const { last: again } = await watch('reworded', isAt(3, 'completed'));
  expect([last.instances, again.instances]).toEqual([before.instances, before.instances]);
});
