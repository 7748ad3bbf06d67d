/** What a quiet tick costs: many deployments with one replica each, on a fake engine and a real database. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { openStore, type Store } from '../../adapters/knex/store.ts';
import { reconcileOnce } from '../../adapters/loop/once.ts';
import { makeClock } from '../../adapters/node/clock.ts';
import { makeIds } from '../../adapters/node/ids.ts';
import { makeVault } from '../../adapters/security/vault.ts';
import { insertDeployment } from '../../core/deployment/create.ts';
import { normalize } from '../../core/deployment/normalize.ts';
import type { RevisionPorts } from '../../core/deployment/revision.ts';
import { noHealthWatch } from '../../core/health/watch.ts';
import { makeReconciler } from '../../core/reconcile/reconciler.ts';
import { type FakeRuntime, makeFakeRuntime } from '../support/fake-runtime.ts';
import { silentLog } from '../support/silent-log.ts';
import { image } from './contender.ts';
import { type Findings, median, secondsSince, spread } from './figures.ts';
import { makeDataDir } from './ring-server.ts';

/** What the measure needs. */
export interface TickBench {
  /** Numbers of deployments to measure with. */
  readonly counts: readonly number[];
  readonly say: (line: string) => void;
}

const ticks = 15;

/** Measures quiet ticks. */
export const measureTick = async ({ counts, say }: TickBench): Promise<Findings> => {
  const found: Quiet[] = [];
  for (const count of counts) {
    say(`tick: ${count} deployments`);
    found.push(await measureCount(count));
  }
  return {
    goals: found.map(({ count, calls }) => ({
      name: `calls to the engine in a quiet tick over ${count} deployments`,
      measured: median(calls),
      unit: '',
      target: { atMost: 1 },
    })),
    tables: [
      {
        title: 'A quiet tick',
        notes: [
          `One pass when nothing has changed, over deployments with one running replica each, on an engine in memory and the SQLite database on disk: median (smallest to largest) of ${ticks} ticks. Processor time is that of the whole process, the database's threads included. The first pass makes everything: its time stands beside, to say what a restart of the world would cost Ring itself.`,
        ],
        head: [
          'deployments',
          'processor ms',
          'elapsed ms',
          'calls to the engine',
          'seconds to make all of them',
        ],
        rows: found.map(({ count, cpuMs, wallMs, calls, makeSeconds }) => [
          String(count),
          spread(cpuMs, 1),
          spread(wallMs, 1),
          String(median(calls)),
          makeSeconds.toFixed(1),
        ]),
      },
    ],
  };
};

interface Quiet {
  readonly count: number;
  readonly cpuMs: readonly number[];
  readonly wallMs: readonly number[];
  readonly calls: readonly number[];
  readonly makeSeconds: number;
}

async function measureCount(count: number): Promise<Quiet> {
  const directory = await makeDataDir();
  const store = await openStore({ filename: join(directory, 'ring.db') });
  try {
    const runtime = makeFakeRuntime({ now: () => Date.now() });
    runtime.images.add(image);
    const clock = makeClock();
    const vault = makeVault(new Uint8Array(32));
    const ports = {
      store: store.reconciler,
      runtime,
      clock,
      vault,
      log: silentLog,
      wake: () => undefined,
      health: noHealthWatch,
    };
    await seed(count, store, { clock, vault });
    const reconciler = makeReconciler(ports, { concurrency: 8 });
    const began = performance.now();
    const { state } = await reconcileOnce(reconciler);
    if (state !== 'converged') throw new Error(`${count} deployments are ${state} after all rounds`);
    const makeSeconds = secondsSince(began);
    const quiet = await tickQuietly(() => reconciler.tick(), runtime);
    await reconciler.stop();
    return { count, makeSeconds, ...quiet };
  } finally {
    await store.close();
    await rm(directory, { recursive: true, force: true });
  }
}

async function tickQuietly(
  tick: () => Promise<unknown>,
  runtime: FakeRuntime,
): Promise<Pick<Quiet, 'cpuMs' | 'wallMs' | 'calls'>> {
  const [cpuMs, wallMs, calls]: [number[], number[], number[]] = [[], [], []];
  await tick();
  for (let turn = 0; turn < ticks; turn++) {
    globalThis.gc?.();
    const callsBefore = runtime.calls.length;
    const cpuBefore = process.cpuUsage();
    const began = performance.now();
    await tick();
    wallMs.push(secondsSince(began) * 1000);
    const { user, system } = process.cpuUsage(cpuBefore);
    cpuMs.push((user + system) / 1000);
    calls.push(runtime.calls.length - callsBefore);
  }
  return { cpuMs, wallMs, calls };
}

type SeedPorts = Pick<RevisionPorts, 'clock' | 'vault'>;

const seed = (count: number, store: Store, ports: SeedPorts): Promise<void> =>
  store.write(async (stores) => {
    for (let index = 0; index < count; index++) {
      const draft = { name: `bench-${index}`, image, secrets: { INDEX: String(index) } };
      const owner = { username: 'admin' };
      await insertDeployment(normalize(draft), owner, { stores, ports: { ...ports, ids: makeIds() } });
    }
  });
