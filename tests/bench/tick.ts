/** What a quiet tick costs: many deployments with one replica each, on a fake engine and a real database. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { makeCron } from '../../adapters/cron/cron.ts';
import { openStore, type Store } from '../../adapters/knex/store.ts';
import { reconcileOnce } from '../../adapters/loop/once.ts';
import { makeClock } from '../../adapters/node/clock.ts';
import { makeIds } from '../../adapters/node/ids.ts';
import { makeVault } from '../../adapters/security/vault.ts';
import { insertDeployment } from '../../core/deployment/commands/create.ts';
import { nothingHeld } from '../../core/deployment/commands/held-ports.ts';
import type { RevisionPorts } from '../../core/deployment/revision.ts';
import { normalize } from '../../core/deployment/spec/normalize.ts';
import { noHealthWatch } from '../../core/health/watch.ts';
import type { Clock } from '../../core/ports.ts';
import { makeReconciler } from '../../core/reconcile/reconciler.ts';
import { anyBind } from '../support/command-ports.ts';
import { makeFakeFiles } from '../support/fake-files.ts';
import { type FakeRuntime, makeFakeRuntime } from '../support/fake-runtime.ts';
import { silentLog } from '../support/silent-log.ts';
import { image } from './contender.ts';
import { type Findings, type Goal, median, secondsSince, spread } from './figures.ts';
import { makeDataDir } from './ring-server.ts';

/** What the measure needs. */
export interface TickBench {
  /** Numbers of deployments to measure with. */
  readonly counts: readonly number[];
  readonly say: (line: string) => void;
}

const ticks = 31;
const mostTurns = 5;
const dayMs = 24 * 3_600_000;

/** Measures quiet ticks. */
export const measureTick = async ({ counts, say }: TickBench): Promise<Findings> => {
  const found: Quiet[] = [];
  for (const count of counts) {
    say(`tick: ${count} deployments`);
    found.push(await measureCount(count));
  }
  return {
    goals: [...found.map(callsGoal), ...cpuGoals(found)],
    tables: [
      {
        title: 'A quiet tick',
        notes: [
          `One pass when nothing has changed for a day, over deployments with one running replica each whose first rollout is complete, on an engine in memory and the SQLite database on disk: median (smallest to largest) of ${ticks} ticks. Processor time is that of the whole process, the database's threads included. The first pass makes everything: its time stands beside, to say what a restart of the world would cost Ring itself.`,
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

const callsGoal = ({ count, calls }: Quiet): Goal => ({
  name: `calls to the engine in a quiet tick over ${count} deployments`,
  measured: median(calls),
  unit: '',
  target: { atMost: 1 },
});

/** What a thousand may cost, and that ten times as many cost no more than ten times that. */
function cpuGoals(found: readonly Quiet[]): Goal[] {
  const cpuOf = (wanted: number): number => median(found.find(({ count }) => count === wanted)?.cpuMs ?? []);
  const [small, large] = [cpuOf(1_000), cpuOf(10_000)];
  const goals: Goal[] = [
    {
      name: 'processor time of a quiet tick over 1000 deployments',
      measured: small,
      unit: ' ms',
      target: { atMost: 50 },
    },
    {
      name: 'processor time of a quiet tick, 10000 deployments to 1000',
      measured: large / small,
      unit: '',
      target: { atMost: 10 },
    },
  ];
  return goals.filter(({ measured }) => !Number.isNaN(measured));
}

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
    const { clock, pass } = makePassingClock();
    const runtime = makeFakeRuntime({ now: clock.now });
    runtime.images.add(image);
    const vault = makeVault(new Uint8Array(32));
    const ports = {
      store: store.reconciler,
      runtime,
      files: makeFakeFiles(),
      clock,
      cron: makeCron(),
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
    pass(dayMs);
    await rest(() => reconciler.tick(), store);
    const quiet = await tickQuietly(() => reconciler.tick(), runtime);
    await reconciler.stop();
    return { count, makeSeconds, ...quiet };
  } finally {
    await store.close();
    await rm(directory, { recursive: true, force: true });
  }
}

/** The clock of the system, by which a day may pass at once. */
function makePassingClock(): { readonly clock: Clock; pass(ms: number): void } {
  const system = makeClock();
  let passed = 0;
  return {
    clock: { ...system, now: () => system.now() + passed },
    pass(ms) {
      passed += ms;
    },
  };
}

/** Ticks until the last one wrote nothing. */
async function rest(tick: () => Promise<unknown>, { reconciler: { desired } }: Store): Promise<void> {
  let before = await desired();
  for (let turn = 0; turn < mostTurns; turn++) {
    await tick();
    const after = await desired();
    if (after === before) return;
    before = after;
  }
  throw new Error('There is always something to write');
}

async function tickQuietly(
  tick: () => Promise<unknown>,
  runtime: FakeRuntime,
): Promise<Pick<Quiet, 'cpuMs' | 'wallMs' | 'calls'>> {
  const [cpuMs, wallMs, calls]: [number[], number[], number[]] = [[], [], []];
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
      const owner = { username: 'admin', role: 'admin' } as const;
      await insertDeployment(normalize(draft), owner, {
        stores,
        ports: { ...ports, ids: makeIds(), policy: anyBind },
        held: nothingHeld,
      });
    }
  });
