/** Prober and reconciler on one clock: a verdict leads to what was declared, once. */
import { expect, it } from 'vitest';
import { makeCron } from '../../../adapters/cron/cron.ts';
import { reconcileOnce } from '../../../adapters/loop/once.ts';
import { makeIds } from '../../../adapters/node/ids.ts';
import { makeVault } from '../../../adapters/security/vault.ts';
import { insertDeployment } from '../../../core/deployment/commands/create.ts';
import { nothingHeld } from '../../../core/deployment/commands/held-ports.ts';
import type { DeploymentDraft } from '../../../core/deployment/spec/draft.ts';
import { makeProber } from '../../../core/health/prober.ts';
import { makeReconciler } from '../../../core/reconcile/reconciler.ts';
import { aCaller, aNormalForm } from '../../support/builders.ts';
import { anyBind } from '../../support/command-ports.ts';
import { makeFakeFiles } from '../../support/fake-files.ts';
import { makeFakeRuntime } from '../../support/fake-runtime.ts';
import { makeFakeStore } from '../../support/fake-store.ts';
import { madeAt } from '../../support/records.ts';
import { silentLog } from '../../support/silent-log.ts';
import { makeVirtualClock, settle } from '../../support/virtual-clock.ts';

/** A worker whose process answers with 503 if `isIll` says so of when it began. */
async function makeTogether(draft: Partial<DeploymentDraft>, isIll: (startedAt: number) => boolean) {
  const clock = makeVirtualClock();
  const store = makeFakeStore({ now: clock.now });
  const runtime = makeFakeRuntime({ now: clock.now });
  runtime.images.add('nginx:1.21');
  const vault = makeVault(new Uint8Array(32));
  await store.write((stores) =>
    insertDeployment(aNormalForm(draft), aCaller('admin'), {
      stores,
      ports: { clock, vault, ids: makeIds(), policy: anyBind },
      held: nothingHeld,
    }),
  );
  const http = async () => {
    const startedAt = runtime.peek().find(({ state }) => state === 'running')?.startedAt ?? 0;
    return { status: isIll(startedAt) ? 503 : 200, body: '' };
  };
  const ports = { runtime, clock, log: silentLog, wake: () => undefined };
  const prober = makeProber({
    ...ports,
    probes: { http, tcp: async () => undefined },
    redact: async (_target, text) => text,
    records: store.healthRecords,
    write: store.write,
  });
  const reconciler = makeReconciler(
    { ...ports, vault, cron: makeCron(), files: makeFakeFiles(), store: store.reconciler, health: prober },
    { concurrency: 4 },
  );
  const list = async () => JSON.parse((await store.stores.deployments.listText(everything)).text);
  const run = () => reconcileOnce(reconciler, prober);
  /** One tick of the loop, and all that it began, before the next one looks. */
  const tick = async () => {
    await reconciler.tick();
    await reconciler.idle();
    await settle();
  };
  return { clock, runtime, prober, list, run, tick };
}

const everything = { namespaces: [], statuses: [] };

it('restarts what falls ill, once, and leaves it alone when it is well', async () => {
  const first = Date.parse(madeAt);
  const { clock, runtime, list, run } = await makeTogether(
    { health_checks: [{ type: 'http', port: 80, threshold: 1, interval: '1s', timeout: '1s' }] },
    (startedAt) => startedAt < first + 20_000 && clock.now() >= first + 20_000,
  );
  for (let round = 0; round < 60; round += 1) {
    await run();
    await clock.pass(1_000);
  }
  expect(runtime.calls.filter(({ name }) => name === 'stop')).toHaveLength(1);
  expect(await list()).toMatchObject([{ status: 'running', ready_replicas: 1, restarts: 1 }]);
});

it('does not hold against a process what the one before it answered', async () => {
  const first = Date.parse(madeAt);
  const { clock, runtime, prober, list, tick } = await makeTogether(
    { health_checks: [{ type: 'http', port: 80, threshold: 1, interval: '1s', timeout: '1s' }] },
    (startedAt) => startedAt < first + 20_000 && clock.now() >= first + 20_000,
  );
  prober.start();
  for (let round = 0; round < 60; round += 1) {
    await tick();
    // The end of what it began is looked at before anybody is asked again.
    await tick();
    await clock.pass(500);
  }
  await prober.stop(1_000);
  expect(runtime.calls.filter(({ name }) => name === 'stop')).toHaveLength(1);
  expect(await list()).toMatchObject([{ status: 'running', ready_replicas: 1, restarts: 1 }]);
});

it('restarts what stays ill with growing pauses', async () => {
  const { clock, runtime, run } = await makeTogether(
    { health_checks: [{ type: 'http', port: 80, threshold: 1, interval: '1s', timeout: '1s' }] },
    () => true,
  );
  for (let round = 0; round < 120; round += 1) {
    await run();
    await clock.pass(1_000);
  }
  const restarts = runtime.calls.filter(({ name }) => name === 'stop').length;
  expect(restarts).toBeGreaterThan(3);
  expect(restarts).toBeLessThan(15);
});

it('counts nobody as ready before the readiness check passes', async () => {
  let well = false;
  const { clock, list, run } = await makeTogether(
    {
      health_checks: [
        { type: 'http', port: 80, interval: '1s', timeout: '1s', readiness: true, on_failure: 'none' },
      ],
    },
    () => !well,
  );
  for (let round = 0; round < 5; round += 1) {
    await run();
    await clock.pass(1_000);
  }
  expect(await list()).toMatchObject([{ ready_replicas: 0 }]);
  well = true;
  await run();
  expect(await list()).toMatchObject([{ status: 'running', ready_replicas: 1 }]);
});
