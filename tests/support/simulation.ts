/**
 * Simulates the whole core: commands, reconciler, a store and an engine in memory, on virtual time. Tests declare,
 * break and kill, and the world drives the reconciler as its timer would; invariants.ts checks what must always hold.
 */

import type { BindPolicy } from '../../core/deployment/policy.ts';
import type { DeploymentSummary } from '../../core/deployment/view.ts';
import { RingError } from '../../core/errors.ts';
import type { Desired, ReconcilerStore } from '../../core/ports.ts';
import { makeReconciler, type Reconciler, type Ticked } from '../../core/reconcile/reconciler.ts';
import type { AbortSignalLike, Instance, RuntimeEvent } from '../../core/runtime.ts';
import { makeCommandWorld } from './command-ports.ts';
import { type FakeFiles, makeFakeFiles } from './fake-files.ts';
import { type FakeRuntime, makeFakeRuntime } from './fake-runtime.ts';
import { type FakeStore, makeFakeStore } from './fake-store.ts';
import { complaintsOfProof } from './guard.ts';
import { type Life, makeLife } from './mortal.ts';
import { makePatients, type Patients } from './patients.ts';
import { silentLog } from './silent-log.ts';
import { addStranger, strangerUid } from './stranger.ts';
import { makeUsers, type Users } from './users.ts';
import { makeVirtualClock, settle, type VirtualClock } from './virtual-clock.ts';
import { type WatchedEngine, watchEngine } from './watched-engine.ts';

const intervalMs = 10_000;
const pauseMs = 25;
const failedTickMs = 1_000;
/** Calls about files of one container that change something. */
const fileChanges: ReadonlySet<string> = new Set(['place', 'own', 'remove']);

/** A process that reconciles. */
export interface RingProcess {
  readonly life: Life;
  readonly reconciler: Reconciler;
}

/** A world in which the images `app:1`, `app:2` and so on can be pulled. */
export interface World extends Omit<Users, 'create'> {
  readonly clock: VirtualClock;
  readonly engine: FakeRuntime;
  readonly store: FakeStore;
  readonly files: FakeFiles;
  /** From now on nothing can be opened that was sealed before. */
  loseKey(): void;
  /** What Ring has on the engine now, the stranger left out. */
  instances(): readonly Instance[];
  readonly starts: WatchedEngine['starts'];
  /** The uids of jobs, of those that are gone too. */
  readonly jobs: ReadonlySet<string>;
  /** What the engine showed at the last look; null when it did not answer. */
  readonly lastSeen: readonly Instance[] | null;
  /** The process that reconciles now. */
  readonly process: RingProcess;
  /** Who is well and who is not. */
  readonly patients: Patients;
  /** What Ring took away that was still needed, and what it took for proved too early. */
  readonly harm: readonly string[];
  create(draft: Parameters<Users['create']>[0]): Promise<void>;
  list(): Promise<readonly DeploymentSummary[]>;
  /** What is declared, deleted ones that are not gone included. */
  declared(): Promise<readonly Desired[]>;
  readonly slowly: WatchedEngine['slowly'];
  /** From now on no process gets what it found written, until what is returned is called. */
  holdRecords(): () => void;
  /** From now on no process reaches the store, until what is returned is called. */
  unplug(): () => void;
  /** Another process beside those that live; it ticks by itself no more than it is told to. */
  spawn(): RingProcess;
  /** Kills the process that reconciles, if it lives, and begins another. */
  reboot(): void;
  /** One tick, and all the work that it began as far as it goes by itself. */
  tick(): Promise<Ticked>;
  /** The same as the timer makes it: null when it failed, or the process died of it. */
  tickAnyway(): Promise<Ticked | null>;
  /** Lets time pass; the process ticks as its timer would. A process that died stays dead. */
  run(ms: number): Promise<void>;
  /** Runs until the reconciler says converged and nothing wakes it; false when it has not within the time. */
  converge(withinMs?: number): Promise<boolean>;
}

/** A world with nothing in it but one process. */
export async function makeWorld(
  options: { readonly engineRestarts?: boolean; readonly policy?: BindPolicy } = {},
): Promise<World> {
  const clock = makeVirtualClock();
  const engine = makeFakeRuntime({ now: clock.now, restarts: options.engineRestarts ?? false });
  const store = makeFakeStore({ now: clock.now });
  const files = makeFakeFiles();
  for (const image of ['app:1', 'app:2', 'app:3']) engine.images.publish(image);
  await addStranger(engine);
  const { ids, vault, policy, cron, loseKey } = makeCommandWorld();
  const ports = { write: store.write, clock, ids, vault, policy, cron, wake: () => wake() };
  const users = makeUsers(ports, store.stores);
  const jobs = new Set<string>();
  const dead = new Set<string>();
  let processes = 0;
  let woken = true;
  let nextAt = clock.now();
  const wake = () => {
    woken = true;
  };

  const patients = makePatients({ engine, clock, wake: () => wake() });
  const watched = watchEngine({ engine, patients, declared: store.reconciler.desired });
  const rash: string[] = [];
  let isPlugged = true;
  let mayRecord = Promise.resolve();
  const reach = () => {
    if (!isPlugged) throw new RingError('DATABASE_UNAVAILABLE', 'The database does not answer');
  };

  function spawn(): RingProcess {
    processes += 1;
    const holder = `process-${processes}`;
    const life = makeLife(() => dead.add(holder));
    const own = store.beside({
      now: clock.now,
      holder,
      isHolderDead: (other) => dead.has(other),
      interrupt: reach,
    });
    const recorded: ReconcilerStore = {
      ...own.reconciler,
      record: (...given) => mayRecord.then(() => own.reconciler.record(...given)),
    };
    const reads = new Set(['desired', 'find', 'isTombstone', 'secrets', 'configs']);
    const reconciler = makeReconciler(
      {
        store: life.lend('store', recorded, (method) => !reads.has(method)),
        // What is read line by line is no call that answers: the dead read on, and nobody hears of it.
        runtime: { ...life.lend('engine', watched.runtime), logs: engine.logs },
        clock,
        cron,
        files: life.lend('files', files, (method) => fileChanges.has(method)),
        vault,
        log: silentLog,
        wake,
        health: patients.health,
        ...(options.policy ? { policy: options.policy } : {}),
      },
      { concurrency: 4 },
    );
    void listen(life, reconciler);
    return { life, reconciler };
  }

  /** Hears the engine's events; a stream that broke is opened again after a while. */
  async function listen(life: Life, reconciler: Reconciler): Promise<void> {
    const hear = (event: RuntimeEvent) => {
      if (!life.isDead() && reconciler.notice(event)) wake();
    };
    while (!life.isDead()) {
      try {
        for await (const event of engine.events(neverAborted)) hear(event);
      } catch {
        await clock.sleep(1_000);
        wake();
      }
    }
  }

  let process = spawn();

  /** Revisions whose rollouts are over. */
  const completed = async (): Promise<ReadonlySet<string>> =>
    new Set(
      (await store.reconciler.desired())
        .filter(({ observation }) => observation?.view.rollout?.state === 'completed')
        .map(revisionKeyOf),
    );

  async function tick(): Promise<Ticked> {
    woken = false;
    const before = await completed();
    const ticked = await process.reconciler.tick();
    const seen = watched.lastSeen() ?? [];
    for (const desired of await store.reconciler.desired()) {
      if (!before.has(revisionKeyOf(desired))) rash.push(...complaintsOfProof(desired, seen, clock.now()));
    }
    nextAt = Math.min(clock.now() + intervalMs, ticked.dueAt ?? Number.POSITIVE_INFINITY);
    await settle();
    return ticked;
  }

  /** A tick as the timer makes it: one that fails is made again soon; null when it failed or the process died. */
  async function tickAnyway(): Promise<Ticked | null> {
    const outcome: { ticked: Ticked | null; error: unknown; isOver: boolean } = {
      ticked: null,
      error: null,
      isOver: false,
    };
    tick()
      .then(
        (ticked) => {
          outcome.ticked = ticked;
        },
        (error: unknown) => {
          outcome.error = error;
        },
      )
      .finally(() => {
        outcome.isOver = true;
      });
    for (let round = 0; !outcome.isOver && !process.life.isDead(); round += 1) {
      if (round > 1_000) throw new Error('A tick does not end');
      await (round < 20 ? settle() : clock.pass(1_000));
    }
    if (outcome.error !== null && !(outcome.error instanceof RingError)) throw outcome.error;
    if (outcome.ticked === null) nextAt = clock.now() + failedTickMs;
    return outcome.ticked;
  }

  return {
    clock,
    engine,
    store,
    files,
    loseKey,
    instances: () => engine.peek().filter(({ identity }) => identity.uid !== strangerUid),
    starts: watched.starts,
    jobs,
    patients,
    get harm() {
      return [...watched.harm, ...rash];
    },
    slowly: watched.slowly,
    ...users,
    get lastSeen() {
      return watched.lastSeen();
    },
    get process() {
      return process;
    },
    async create(draft) {
      const made = await users.create(draft);
      const record = await store.stores.deployments.find(made.id);
      if (made.kind === 'job' && record) jobs.add(record.uid);
    },
    async list() {
      const { text } = await store.stores.deployments.listText({ namespaces: [], statuses: [] });
      return JSON.parse(text) as readonly DeploymentSummary[];
    },
    declared: () => store.reconciler.desired(),
    holdRecords() {
      let release = (): void => undefined;
      mayRecord = new Promise((resolve) => {
        release = resolve;
      });
      return () => release();
    },
    unplug() {
      isPlugged = false;
      return () => {
        isPlugged = true;
      };
    },
    spawn,
    reboot() {
      process.life.kill();
      process = spawn();
      woken = true;
    },
    tick,
    tickAnyway,
    async run(ms) {
      const until = clock.now() + ms;
      while (clock.now() < until && !process.life.isDead()) {
        await settle();
        if (woken || clock.now() >= nextAt) {
          await tickAnyway();
          await clock.pass(pauseMs);
        } else await clock.pass(Math.min(nextAt, until) - clock.now(), () => woken);
      }
    },
    async converge(withinMs = 900_000) {
      const until = clock.now() + withinMs;
      while (clock.now() < until && !process.life.isDead()) {
        await settle();
        if (woken || clock.now() >= nextAt) {
          const ticked = await tickAnyway();
          if (ticked?.report.state === 'converged' && !woken) return true;
          await clock.pass(pauseMs);
        } else await clock.pass(nextAt - clock.now(), () => woken);
      }
      return false;
    },
  };
}

const neverAborted: AbortSignalLike = {
  aborted: false,
  addEventListener: () => undefined,
  removeEventListener: () => undefined,
};

const revisionKeyOf = ({ record }: Desired): string => `${record.uid}#${record.revision}`;
