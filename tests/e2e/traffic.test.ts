/** Who answers to a service's names on a real engine: read from the engine, which is what resolves them. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ensureTestImage } from '../support/images.ts';
import { inSlot, inside } from '../support/inspect.ts';
import { openRingProcess, type RingProcess } from '../support/ring-process.ts';
import { until } from '../support/until.ts';

let ring: RingProcess;
let image = '';
const namespace = 'names';
const update = { min_healthy_time: '1s', drain_delay: '200ms' } as const;

beforeAll(async () => {
  image = await ensureTestImage();
  ring = await openRingProcess();
});

afterAll(() => ring?.close());

/** `<slot> r<revision>` of those that answer to both names. */
const answering = async (id: string): Promise<readonly string[]> => {
  const found = await Promise.all(
    (await ring.containers(id)).map(async ({ Id, Labels }) => {
      // It may have been removed since it was listed.
      const seen = await ring.docker
        .getContainer(Id)
        .inspect()
        .catch(() => null);
      const aliases: readonly string[] = seen?.NetworkSettings.Networks[`ring_${namespace}`]?.Aliases ?? [];
      const answers = [id, `${id}.${namespace}`].every((name) => aliases.includes(name));
      return answers ? [`${Labels['ring.slot']} r${Labels['ring.revision']}`] : [];
    }),
  );
  return found.flat().sort();
};

const untilAnswering = (id: string, expected: readonly string[]) =>
  until(
    () => answering(id),
    (found) => JSON.stringify(found) === JSON.stringify(expected),
    { what: `${id} answered by ${expected.join(' and ')}`, withinMs: 90_000 },
  );

test.concurrent('only those that are ready get traffic, and the last one keeps it', async () => {
  const check = { interval: '1s', threshold: 2, readiness: true, on_failure: 'none' } as const;
  const health_checks = [{ type: 'command' as const, command: ['test', '-e', '/ok'], ...check }];
  await ring.declare('gated', { image, namespace, replicas: 2, update, health_checks });
  await until(
    () => ring.containers('gated'),
    (found) => found.length === 2 && found.every(({ State }) => State === 'running'),
  );
  const slot = async (number: number) => inSlot(await ring.containers('gated'), number);
  const become = async (number: number, what: 'ready' | 'unready') =>
    inside(ring.docker, await slot(number), what === 'ready' ? ['touch', '/ok'] : ['rm', '/ok']);

  expect(await answering('gated')).toEqual([]);
  await become(1, 'ready');
  await untilAnswering('gated', ['1 r1']);
  await become(0, 'ready');
  await untilAnswering('gated', ['0 r1', '1 r1']);
  await ring.untilStatus('gated', 'running');
  await become(1, 'unready');
  await untilAnswering('gated', ['0 r1']);
  await become(0, 'unready');
  await ring.until('gated', ({ ready_replicas }) => ready_replicas === 0);
  await ring.call('POST', '/reconcile');
  expect(await answering('gated')).toEqual(['0 r1']);
  await become(1, 'ready');
  await untilAnswering('gated', ['1 r1']);
});

test.concurrent('somebody answers all the time while a revision is rolled out', async () => {
  const settled = { image, namespace, update };
  await ring.declare('moved', settled);
  await ring.until('moved', ({ rollout }) => rollout?.state === 'completed');
  expect(await answering('moved')).toEqual(['0 r1']);
  await ring.declare('moved', { ...settled, secrets: { NEW: 'yes' } });
  const seen: string[] = [];
  await until(
    async () => {
      // Two containers cannot be looked at in one instant: nobody is nobody only when it is so twice.
      const found = await answering('moved');
      seen.push((found.length > 0 ? found : await answering('moved')).join(' and '));
      return ring.read('moved');
    },
    ({ rollout }) => rollout?.revision === 2 && rollout.state === 'completed',
    { withinMs: 90_000 },
  );
  expect(await answering('moved')).toEqual(['0 r2']);
  expect(seen).not.toContain('');
});
