/** Ring killed at any moment, stopped and doubled, on a real engine: what is declared comes to be, once and completely. */
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { DeploymentSummary } from '../../core/deployment/view.ts';
import { ensureTestImage } from '../support/images.ts';
import { runningIds } from '../support/inspect.ts';
import { openRingProcess, type RingProcess } from '../support/ring-process.ts';
import { until } from '../support/until.ts';

let ring: RingProcess;
let first = '';
let second = '';

beforeAll(async () => {
  first = await ensureTestImage('1');
  second = await ensureTestImage('2');
  ring = await openRingProcess({ env: { RING_INTERVAL: '2s' } });
});

afterAll(() => ring?.close());

/** What fills the slots of a deployment. */
const shapeOf = async (id: string): Promise<string[]> =>
  (await ring.containers(id)).map(({ Labels, State }) => `${Labels['ring.slot']} ${State}`).sort();

const running = (replicas: number): string[] =>
  Array.from({ length: replicas }, (_, slot) => `${slot} running`);

/** Every deployment is as declared, and nothing else is there. */
const expectConverged = async () => {
  await until(
    () => ring.call('POST', '/reconcile'),
    ({ body }) => body.state === 'converged',
  );
  const settled: DeploymentSummary[] = (await ring.call('GET', '/deployments')).body;
  for (const { id, replicas } of settled) expect([id, await shapeOf(id)]).toEqual([id, running(replicas)]);
  expect(runningIds(await ring.containers())).toEqual(settled.flatMap(({ instances }) => instances).sort());
  const namespaces = (await ring.networks()).map(({ Labels }) => Labels?.['ring.namespace']);
  expect(namespaces.sort()).toEqual([...new Set(settled.map(({ namespace }) => namespace))].sort());
};

/** Numbers from 0 to 1 that come out the same for the same seed. */
const randomFrom = (seed: number) => {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return state / 0x7fffffff;
  };
};

/** What a client knows of a deployment by the answers it got; null: the last answer was lost. */
type Known = { readonly replicas: number; readonly image: string } | 'gone' | null;

/** A client that deploys, scales and deletes at random, and remembers what it was told. */
const makeClient = (random: () => number) => {
  const known = new Map<string, Known>();
  /** Sends; a lost answer (the process may die over it) leaves unknown whether it was done. */
  const act = async (name: string, [method, body]: readonly [string, object?], outcome: Known) => {
    const before = known.has(name) ? (known.get(name) ?? null) : 'gone';
    known.set(name, null);
    const sent = body === undefined ? {} : { body };
    const answer = await ring.call(method, `/deployments/${name}`, sent).catch(() => null);
    if (answer) known.set(name, answer.status < 300 ? outcome : before);
  };
  return {
    async actOn(name: string) {
      const before = known.get(name) ?? null;
      const replicas = 1 + Math.floor(random() * 3);
      const image = random() < 0.5 ? first : second;
      const dice = random();
      if (dice < 0.2) return act(name, ['DELETE'], 'gone');
      const scalable = before !== null && before !== 'gone';
      if (dice < 0.5 && scalable) return act(name, ['PATCH', { replicas }], { ...before, replicas });
      const body = { image, replicas, namespace: `crash-${name}`, stop_grace: '2s' };
      return act(name, ['PUT', body], { replicas, image });
    },
    /** What was acknowledged is there. */
    async expectKept() {
      for (const [name, what] of known) {
        const { status, body } = await ring.call('GET', `/deployments/${name}`);
        const isGone = status === 404 || body.status === 'deleted';
        if (what === 'gone') expect([name, isGone]).toEqual([name, true]);
        else if (what) expect(body).toMatchObject({ id: name, ...what });
      }
    },
  };
};

test('killed at random moments of deploys, scalings, changes and deletes, Ring keeps its word and converges', async () => {
  const random = randomFrom(2_026);
  const client = makeClient(random);
  const names = ['a', 'b', 'c', 'd'];
  for (let kill = 0; kill < 8; kill += 1) {
    const death = pause(random() * 1_000).then(ring.kill);
    await Promise.all(names.map((name) => (random() < 0.6 ? client.actOn(name) : null)));
    await death;
    await ring.start();
    await client.expectKept();
  }
  await expectConverged();
  for (const name of names) await ring.call('DELETE', `/deployments/${name}`);
  for (const name of names) await ring.untilGone(name);
  expect(await ring.containers()).toEqual([]);
}, 180_000);

test('while Ring is down containers run on, come back by themselves, and are found again', async () => {
  await ring.declare('steady', { image: first, replicas: 3, namespace: 'steady' });
  const before = await ring.untilStatus('steady', 'running');
  const startsOf = async () =>
    Promise.all(
      before.instances.map(async (id) => (await ring.docker.getContainer(id).inspect()).State.StartedAt),
    );
  const started = await startsOf();
  expect(await ring.stop()).toBe(0);
  expect(runningIds(await ring.containers('steady'))).toEqual([...before.instances].sort());
  await ring.start();
  const after = await ring.untilStatus('steady', 'running');
  await ring.call('POST', '/reconcile');
  expect({ ...after, observed_at: '' }).toEqual({ ...before, observed_at: '' });
  expect(await startsOf()).toEqual(started);
  expect(await shapeOf('steady')).toEqual(running(3));
});

test('what was declared and what went wrong while Ring was down is put right when it is back', async () => {
  await ring.declare('missed', { image: first, replicas: 3, namespace: 'missed' });
  const before = await ring.untilStatus('missed', 'running');
  await ring.kill();
  const [gone, stopped, kept] = before.instances;
  await ring.docker.getContainer(gone ?? '').remove({ force: true });
  await ring.docker.getContainer(stopped ?? '').stop();
  await ring.start();
  await until(
    () => shapeOf('missed'),
    (shape) => shape.join() === running(3).join(),
  );
  const after = await ring.until(
    'missed',
    ({ status, instances }) => status === 'running' && !instances.includes(gone ?? ''),
  );
  expect(after.instances).toEqual(expect.arrayContaining([stopped, kept]));
});

test('a network that is removed by hand is made again, and its containers are joined to it', async () => {
  await ring.declare('cut-off', { image: first, replicas: 2, namespace: 'cut-off' });
  const before = await ring.untilStatus('cut-off', 'running');
  const networkOf = async () =>
    (await ring.networks()).find(({ Name }) => Name.startsWith('ring_cut-off'))?.Id ?? '';
  const lost = await networkOf();
  // Ring would join each again before the next is taken off.
  await ring.kill();
  const network = ring.docker.getNetwork(lost);
  for (const Container of before.instances) await network.disconnect({ Container, Force: true });
  await network.remove();
  await ring.start();

  const joined = async () => {
    const id = await networkOf();
    if (id === '' || id === lost) return [];
    return Object.keys((await ring.docker.getNetwork(id).inspect()).Containers ?? {}).sort();
  };
  const ours = [...before.instances].sort().join();
  await until(joined, (ids) => ids.join() === ours, { what: 'both containers in a new network' });

  const after = await ring.untilStatus('cut-off', 'running');
  expect(after.instances).toEqual(before.instances);
  expect(await ring.events('cut-off')).toContainEqual(expect.objectContaining({ reason: 'NetworkRepaired' }));
});

test('a container that is cut off its network is joined again under the same names', async () => {
  const [id = ''] = (await ring.read('cut-off')).instances;
  const endpoint = async () =>
    Object.values((await ring.docker.getContainer(id).inspect()).NetworkSettings.Networks)[0];
  const before = await endpoint();
  await ring.docker.getNetwork(before?.NetworkID ?? '').disconnect({ Container: id, Force: true });
  const namesOf = (found: Awaited<ReturnType<typeof endpoint>>): readonly string[] => found?.Aliases ?? [];
  const after = await until(endpoint, (found) => namesOf(found).includes('cut-off'), {
    what: 'the names of the service',
  });
  expect(namesOf(after)).toContain('cut-off.cut-off');
  expect(after?.IPAddress).toBe(before?.IPAddress);
});

test('two servers and a reconcile from cron on one database make nothing twice', async () => {
  const other = await ring.startBeside();
  const names = ['left', 'right', 'middle'];
  const writes = names.map((name) => ring.declare(name, { image: first, replicas: 3, namespace: 'double' }));
  const [report] = await Promise.all([ring.reconcile(), ...writes]);
  expect([0, 2, 3]).toContain(report.code);
  for (const name of names) {
    await ring.untilStatus(name, 'running');
    expect([name, await shapeOf(name)]).toEqual([name, running(3)]);
  }
  await ring.kill();
  const [container] = await ring.containers('left');
  await ring.docker.getContainer(container?.Id ?? '').remove({ force: true });
  await until(
    () => shapeOf('left'),
    (shape) => shape.join() === running(3).join(),
    {
      what: 'the work of the other server',
    },
  );
  other.kill('SIGTERM');
  expect(await other.ended).toBe(0);
  await ring.start();
  // A replica that was made anew gets its traffic once it has held: until then there is something left to do.
  await until(
    () => ring.reconcile(),
    ({ code }) => code === 0,
    { what: 'nothing left to do' },
  );
});
