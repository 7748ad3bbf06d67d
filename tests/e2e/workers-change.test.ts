/** How a worker changes on a real engine: scaled, replaced, rolled into a fault and out of it, and taken away. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { EventView } from '../../core/event/event.ts';
import { ensureTestImage } from '../support/images.ts';
import { inSlot, inside, runningIds } from '../support/inspect.ts';
import { openRingProcess, type RingProcess } from '../support/ring-process.ts';

let ring: RingProcess;
let first = '';
let second = '';
const namespace = 'change';
const nowhere = '127.0.0.1:9/no-such-image:1';

beforeAll(async () => {
  first = await ensureTestImage('1');
  second = await ensureTestImage('2');
  ring = await openRingProcess();
});

afterAll(() => ring?.close());

const timeOf = (events: readonly EventView[], reason: string, about: string): number =>
  Date.parse(
    events.find((event) => event.reason === reason && event.message.includes(about))?.timestamp ?? '',
  );

test.concurrent('scaling up and down touches no replica that stays, and makes no new revision', async () => {
  await ring.declare('scaled', { image: first, replicas: 2, namespace });
  const before = await ring.untilStatus('scaled', 'running');

  const { status } = await ring.call('PATCH', '/deployments/scaled', { body: { replicas: 4 } });
  expect(status).toBe(200);
  const up = await ring.until('scaled', ({ ready_replicas }) => ready_replicas === 4);
  expect(up.instances).toEqual(expect.arrayContaining(before.instances));

  await ring.call('PATCH', '/deployments/scaled', { body: { replicas: 1 } });
  const down = await ring.until('scaled', (seen) => seen.instances.length === 1 && seen.status === 'running');
  const left = await ring.containers('scaled');
  expect(down).toMatchObject({ instances: [before.instances[0]], revision: 1, ready_replicas: 1 });
  expect(left.map(({ Id }) => Id)).toEqual(down.instances);

  await ring.call('PATCH', '/deployments/scaled', { body: { replicas: 0 } });
  await ring.until('scaled', ({ instances }) => instances.length === 0);
  expect(await ring.containers('scaled')).toEqual([]);
  expect(await ring.events('scaled')).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ reason: 'ScaledUp', message: 'Scaled from 2 to 4 replicas' }),
      expect.objectContaining({ reason: 'ScaledDown', message: 'Scaled from 4 to 1 replicas' }),
    ]),
  );
});

test.concurrent('declaring the same again touches nothing', async () => {
  const declaration = { image: first, replicas: 2, namespace, secrets: { A: '1', B: '2' } };
  await ring.declare('same', declaration);
  const before = await ring.until('same', ({ rollout }) => rollout?.state === 'completed');

  const again = await ring.call('PUT', '/deployments/same', {
    body: { ...declaration, secrets: { B: '2', A: '1' }, kind: 'worker' },
  });
  await ring.call('POST', '/reconcile');

  expect(again.status).toBe(200);
  expect(await ring.read('same')).toEqual({ ...before, observed_at: expect.any(String) });
});

test.concurrent('what is changed is replaced, and the old one serves until the new one has held', async () => {
  await ring.declare('replaced', { image: first, namespace });
  await ring.untilStatus('replaced', 'running');

  const changed = await ring.declare('replaced', { image: second, namespace });
  expect(changed).toMatchObject({ revision: 2, image: second });
  const both = await ring.until('replaced', ({ instances }) => instances.length === 2);
  expect(both.ready_replicas).toBe(1);
  const after = await ring.until(
    'replaced',
    ({ instances, status }) => instances.length === 1 && status === 'running',
  );

  const containers = await ring.containers('replaced');
  expect(containers).toMatchObject([{ Names: ['/change_replaced_0_r2'], State: 'running' }]);
  expect(after.instances).toEqual(containers.map(({ Id }) => Id));
  const events = await ring.events('replaced');
  const held =
    timeOf(events, 'ContainerStopped', 'change_replaced_0_r1') -
    timeOf(events, 'ContainerStarted', 'change_replaced_0_r2');
  expect(held).toBeGreaterThanOrEqual(4_500);
  expect(events).toContainEqual(
    expect.objectContaining({
      reason: 'ContainerRemoved',
      message: expect.stringContaining('change_replaced_0_r1'),
    }),
  );
});

test.concurrent('an image that is not there leaves the old one serving, and a good one heals', async () => {
  await ring.declare('misled', { image: first, namespace });
  const before = await ring.untilStatus('misled', 'running');

  await ring.declare('misled', { image: nowhere, namespace });
  const stuck = await ring.untilStatus('misled', 'image_pull_back_off');
  expect(stuck).toMatchObject({ instances: before.instances, ready_replicas: 1 });
  expect(stuck.status_reason).toContain('127.0.0.1:9');
  expect(runningIds(await ring.containers('misled'))).toEqual(before.instances);

  await ring.declare('misled', { image: second, namespace });
  const healed = await ring.until(
    'misled',
    (seen) =>
      seen.status === 'running' &&
      seen.instances.length === 1 &&
      seen.ready_replicas === 1 &&
      seen.instances[0] !== before.instances[0],
  );
  expect(healed.status_reason).toBeNull();
});

test.concurrent('a change that cannot start leaves the old one serving, and going back heals', async () => {
  await ring.declare('broken', { image: first, namespace });
  const before = await ring.untilStatus('broken', 'running');

  await ring.declare('broken', { image: first, namespace, command: ['no-such-command'] });
  const stuck = await ring.untilStatus('broken', 'create_container_error');
  expect(stuck.status_reason).toContain('no-such-command');
  expect(runningIds(await ring.containers('broken'))).toEqual(before.instances);

  await ring.declare('broken', { image: first, namespace });
  const healed = await ring.until(
    'broken',
    (seen) => seen.status === 'running' && seen.instances.length === 1,
  );
  expect(runningIds(await ring.containers('broken'))).toEqual(healed.instances);
});

test('a delete takes containers and network and nothing else', async () => {
  const volume = `ring-test-${randomUUID()}`;
  const { docker } = ring;
  const foreign = await docker.createContainer({ name: `foreign-${volume}`, Image: first });
  const other = await docker.createContainer({
    name: `other-${volume}`,
    Image: first,
    Labels: { 'ring.instance': randomUUID(), 'ring.deployment': 'leaving', 'ring.namespace': 'leaving' },
  });
  const network = await docker.createNetwork({ Name: `foreign-${volume}`, Labels: { some: 'label' } });
  try {
    await Promise.all([foreign.start(), other.start()]);
    await ring.declare('leaving', {
      image: first,
      namespace: 'leaving',
      replicas: 2,
      volumes: [`${volume}:/kept`],
    });
    const { instances } = await ring.untilStatus('leaving', 'running');
    await inside(docker, inSlot(await ring.containers('leaving'), 0), ['sh', '-c', 'echo kept > /kept/it']);

    const deleted = await ring.call('DELETE', '/deployments/leaving');
    expect(deleted).toMatchObject({ status: 200, body: { id: 'leaving', status: 'deleted', instances } });
    await ring.untilGone('leaving');

    expect(await ring.containers('leaving')).toEqual([]);
    const ours = async () => (await ring.networks()).filter(({ Name }) => Name.startsWith('ring_leaving'));
    expect(await ring.call('POST', '/reconcile')).toMatchObject({ status: 200 });
    expect(await ours()).toEqual([]);
    expect((await foreign.inspect()).State.Running).toBe(true);
    expect((await other.inspect()).State.Running).toBe(true);
    expect((await network.inspect()).Labels).toEqual({ some: 'label' });
    await ring.declare('keeper', { image: first, namespace: 'leaving', volumes: [`${volume}:/kept`] });
    await ring.untilStatus('keeper', 'running');
    expect(await inside(docker, inSlot(await ring.containers('keeper'), 0), ['cat', '/kept/it'])).toBe(
      'kept',
    );
  } finally {
    await Promise.all([foreign, other].map((one) => one.remove({ force: true })));
    await network.remove();
  }
});

test.concurrent('a delete in the middle of a rollout and of a scaling wins', async () => {
  await ring.declare('hasty', { image: first, namespace: 'hasty', replicas: 3 });
  await ring.until('hasty', ({ instances }) => instances.length > 0);
  await ring.declare('hasty', { image: second, namespace: 'hasty', replicas: 4 });
  await ring.call('DELETE', '/deployments/hasty');
  await ring.untilGone('hasty');
  await ring.call('POST', '/reconcile');
  expect(await ring.containers('hasty')).toEqual([]);
});

test.concurrent('a deployment made again under its old name is another', async () => {
  await ring.declare('again', { image: first, namespace: 'again' });
  const before = await ring.untilStatus('again', 'running');
  await ring.call('DELETE', '/deployments/again');
  await ring.untilGone('again');

  await ring.declare('again', { image: first, namespace: 'again' });
  const after = await ring.untilStatus('again', 'running');

  expect(after.instances).not.toEqual(before.instances);
  expect((await ring.events('again')).map(({ reason }) => reason)).not.toContain('DeploymentDeleted');
});
