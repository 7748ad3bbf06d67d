/** What happens to a worker's containers behind Ring's back, on a real engine: it is healed, and nothing else touched. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ensureTestImage } from '../support/images.ts';
import { inSlot, inside, runningIds, untilRunsAnew } from '../support/inspect.ts';
import { openRingProcess, type RingProcess } from '../support/ring-process.ts';
import { until } from '../support/until.ts';

let ring: RingProcess;
let image = '';

beforeAll(async () => {
  image = await ensureTestImage();
  ring = await openRingProcess();
});

afterAll(() => ring?.close());

/** A worker with two replicas that run; who is in which slot, and how to tell that the second was left alone. */
const openWorker = async (name: string) => {
  await ring.declare(name, { image, replicas: 2, namespace: 'heal' });
  await ring.untilStatus(name, 'running');
  const containers = await ring.containers(name);
  const [victim, witness] = [inSlot(containers, 0), inSlot(containers, 1)];
  const startOf = async (id: string) => (await ring.docker.getContainer(id).inspect()).State.StartedAt;
  const begun = { victim: await startOf(victim), witness: await startOf(witness) };
  return {
    victim,
    witness,
    docker: ring.docker.getContainer(victim),
    untilVictimRunsAnew: () => untilRunsAnew(ring.docker, victim, begun.victim),
    /** The very same two containers run, the second as if nothing had happened. */
    async expectHealed() {
      const seen = await ring.until(
        name,
        ({ status, ready_replicas }) => status === 'running' && ready_replicas === 2,
      );
      expect([...seen.instances].sort()).toEqual([victim, witness].sort());
      expect(runningIds(await ring.containers(name))).toEqual([victim, witness].sort());
      expect(await startOf(witness)).toBe(begun.witness);
    },
  };
};

test('as many replicas run as are declared, each in a slot of its own', async () => {
  const made = await ring.declare('five', { image, replicas: 5, namespace: 'heal' });
  expect(made).toMatchObject({ status: 'creating', instances: [] });

  const seen = await ring.untilStatus('five', 'running');

  const containers = await ring.containers('five');
  expect(containers.map(({ Labels }) => Labels['ring.slot']).sort()).toEqual(['0', '1', '2', '3', '4']);
  expect(seen).toMatchObject({ ready_replicas: 5, status_reason: null });
  expect([...seen.instances].sort()).toEqual(runningIds(containers));
  const times = (await ring.events('five')).map(({ timestamp }) => timestamp);
  expect(times).toEqual([...times].sort());
});

test.concurrent('a container that is killed is started again', async () => {
  const worker = await openWorker('killed');
  await worker.docker.kill();
  await worker.untilVictimRunsAnew();
  await worker.expectHealed();
});

test.concurrent('a container whose process dies is started again, and the end is told', async () => {
  const worker = await openWorker('dying');
  await inside(ring.docker, worker.victim, ['kill', '-TERM', '1']);
  await worker.untilVictimRunsAnew();
  await worker.expectHealed();
  await ring.until('dying', ({ restarts }) => restarts === 1);
  expect(await ring.events('dying')).toContainEqual(
    expect.objectContaining({
      reason: 'ContainerDied',
      level: 'warning',
      message: expect.stringContaining('exit code 0'),
    }),
  );
});

test.concurrent('a container that is stopped by hand is started again', async () => {
  const worker = await openWorker('stopped');
  await worker.docker.stop();
  await worker.untilVictimRunsAnew();
  await worker.expectHealed();
});

test.concurrent('a container that is paused by hand goes on', async () => {
  const worker = await openWorker('paused');
  await worker.docker.pause();
  await until(
    async () => (await worker.docker.inspect()).State.Paused,
    (paused) => !paused,
  );
  await worker.expectHealed();
});

test.concurrent('a container that is removed by hand is made again', async () => {
  const worker = await openWorker('removed');
  await worker.docker.remove({ force: true });

  const seen = await ring.until(
    'removed',
    ({ status, instances }) =>
      status === 'running' && instances.length === 2 && !instances.includes(worker.victim),
  );

  const containers = await ring.containers('removed');
  expect([...seen.instances].sort()).toEqual(runningIds(containers));
  expect(inSlot(containers, 1)).toBe(worker.witness);
  expect(inSlot(containers, 0)).not.toBe(worker.victim);
});

test.concurrent('a container that is renamed by hand is still known, and healed', async () => {
  const worker = await openWorker('renamed');
  await worker.docker.rename({ name: `someone-elses-idea-${worker.victim.slice(0, 12)}` });
  await ring.call('POST', '/reconcile');
  await worker.expectHealed();
  await worker.docker.kill();
  await worker.untilVictimRunsAnew();
  await worker.expectHealed();
});

test.concurrent('a worker that is told not to come back stays where it ended', async () => {
  await ring.declare('once', {
    image,
    namespace: 'heal',
    restart_policy: 'on-failure',
    command: ['sh', '-c', 'sleep 1; exit 0'],
  });
  const seen = await ring.untilStatus('once', 'error');
  expect(seen.status_reason).toContain('restart_policy on-failure does not start it again');
  expect(await ring.containers('once')).toMatchObject([{ State: 'exited' }]);
});
