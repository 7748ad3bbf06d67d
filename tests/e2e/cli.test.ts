/** `ring reconcile` on a real engine: what it does without a server, and beside one. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openRingProcess, type RingProcess } from '../support/ring-process.ts';
import { until } from '../support/until.ts';

let dataDir = '';
let ring: RingProcess;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'ring-cli-e2e-'));
  ring = await openRingProcess({ dataDir });
});
afterEach(async () => {
  await ring.close();
  await rm(dataDir, { recursive: true, force: true });
});

it('brings back without a server what was lost, says so, and then that nothing is to be done', async () => {
  await ring.declare('web', { image: 'ring-test:1', replicas: 2 });
  await ring.untilStatus('web', 'running');
  expect(await ring.stop()).toBe(0);
  const [first] = await ring.containers('web');
  await ring.docker.getContainer(first?.Id ?? '').remove({ force: true });

  const healed = await ring.reconcile();
  expect(healed.report).toMatchObject({ deployments: 1, failures: 0, unknown: 0, unclaimed: 0 });
  expect(healed.report.actions).toBeGreaterThan(0);
  expect([0, 2]).toContain(healed.code);
  expect((await ring.containers('web')).map(({ State }) => State)).toEqual(['running', 'running']);

  const { code, report } = await until(
    () => ring.reconcile(),
    // What was made anew gets its traffic once it has held: until then there is something left to do.
    (done) => done.code === 0 && done.report.actions === 0,
  );
  expect([code, report.state, report.actions]).toEqual([0, 'converged', 0]);
});

it('is safe beside a server: together they make what is wanted once', async () => {
  const declared = ring.declare('web', { image: 'ring-test:1', replicas: 3 });
  const beside = await Promise.all([
    ring.reconcile(),
    ring.reconcile(),
    declared.then(() => ring.reconcile()),
  ]);
  for (const { code } of beside) expect([0, 2, 3]).toContain(code);
  await ring.untilStatus('web', 'running');
  expect((await ring.containers('web')).length).toBe(3);
});
