/**
 * The whole core in one small world: commands, reconciler, a store and an engine in memory, on virtual time. Tests
 * declare, break and kill; the world drives the reconciler as its timer would. What must always hold of a world is
 * said in invariants.ts.
 */
import type { Caller } from '../../core/access/user.ts';
import { createDeployment } from '../../core/deployment/create.ts';
import { declareDeployment } from '../../core/deployment/declare.ts';
import type { DeploymentDraft } from '../../core/deployment/draft.ts';
import { patchDeployment } from '../../core/deployment/patch.ts';
import { removeDeployment } from '../../core/deployment/remove.ts';
import type { DeploymentSummary } from '../../core/deployment/view.ts';
import { RingError } from '../../core/errors.ts';
import { noHealthWatch } from '../../core/health/watch.ts';
import type { Desired } from '../../core/ports.ts';
import { makeReconciler, type Reconciler, type Ticked } from '../../core/reconcile/reconciler.ts';
import type { AbortSignalLike, Instance, Runtime, RuntimeEvent } from '../../core/runtime.ts';
import { aCaller } from './builders.ts';
import { makeCommandWorld } from './command-ports.ts';
import { type FakeRuntime, makeFakeRuntime } from './fake-runtime.ts';
import { type FakeStore, makeFakeStore } from './fake-store.ts';
import { type Life, makeLife } from './mortal.ts';
import { silentLog } from './silent-log.ts';
import { addStranger, strangerUid } from './stranger.ts';
import { makeVirtualClock, settle, type VirtualClock } from './virtual-clock.ts';

const intervalMs = 10_000;
const pauseMs = 25;
const failedTickMs = 1_000;

/** A process that reconciles. */
export interface RingProcess {
  readonly life: Life;
  readonly reconciler: Reconciler;
}

/** A world in which the images `app:1`, `app:2` and so on can be pulled. */
export interface World {
  readonly clock: VirtualClock;
  readonly engine: FakeRuntime;
  readonly store: FakeStore;
  /** What Ring has on the engine now, the stranger left out. */
  instances(): readonly Instance[];
  /** Every start of a container that took effect, as `<uid>/<slot>@<revision>`, in order. */
  readonly starts: readonly string[];
  /** The uids of jobs, of those that are gone too. */
  readonly jobs: ReadonlySet<string>;
  /** What the engine showed at the last look; null when it did not answer. */
  readonly lastSeen: readonly Instance[] | null;
  /** The process that reconciles now. */
  readonly process: RingProcess;
  create(draft: Partial<DeploymentDraft>): Promise<void>;
  /** Declares it anew, as PUT does. */
  declare(id: string, draft: Partial<DeploymentDraft>): Promise<void>;
  scale(id: string, replicas: number): Promise<void>;
  remove(id: string): Promise<void>;
  list(): Promise<readonly DeploymentSummary[]>;
  /** What is declared, deleted ones that are not gone included. */
  declared(): Promise<readonly Desired[]>;
  /** Calls of this name are done when what is returned is called, and answered then. */
  slowly(name: 'create' | 'stop' | 'resolveImage'): () => void;
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

const caller: Caller = aCaller('admin');

/** A world with nothing in it but one process. */
export async function makeWorld(options: { readonly engineRestarts?: boolean } = {}): Promise<World> {
  const clock = makeVirtualClock();
  const engine = makeFakeRuntime({ now: clock.now, restarts: options.engineRestarts ?? false });
  const store = makeFakeStore({ now: clock.now });
  for (const image of ['app:1', 'app:2', 'app:3']) engine.images.publish(image);
  await addStranger(engine);
  const { ids, vault, policy } = makeCommandWorld();
  const commands = { write: store.write, clock, ids, vault, policy, wake: () => wake() };
  const starts: string[] = [];
  const jobs = new Set<string>();
  const dead = new Set<string>();
  let processes = 0;
  let lastSeen: readonly Instance[] | null = null;
  let woken = true;
  let nextAt = clock.now();
  const wake = () => {
    woken = true;
  };

  const slow = { create: Promise.resolve(), stop: Promise.resolve(), resolveImage: Promise.resolve() };
  let isPlugged = true;
  const reach = () => {
    if (!isPlugged) throw new RingError('DATABASE_UNAVAILABLE', 'The database does not answer');
  };

  /** The engine as processes see it: what it showed and what it started is noted. */
  const watched: Runtime = {
    ...engine,
    create: (request) => slow.create.then(() => engine.create(request)),
    stop: (...args) => slow.stop.then(() => engine.stop(...args)),
    resolveImage: (request) => slow.resolveImage.then(() => engine.resolveImage(request)),
    async observe() {
      lastSeen = null;
      lastSeen = await engine.observe();
      return lastSeen;
    },
    async start(idOrName) {
      const before = running(engine);
      try {
        await engine.start(idOrName);
      } finally {
        for (const [id, { identity }] of running(engine)) {
          if (!before.has(id)) starts.push(`${identity.uid}/${identity.slot}@${identity.revision}`);
        }
      }
    },
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
    const reads = new Set(['desired', 'find', 'isTombstone']);
    const reconciler = makeReconciler(
      {
        store: life.lend('store', own.reconciler, (method) => !reads.has(method)),
        runtime: life.lend('engine', watched),
        clock,
        vault,
        log: silentLog,
        wake,
        health: noHealthWatch,
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

  async function tick(): Promise<Ticked> {
    woken = false;
    const ticked = await process.reconciler.tick();
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
    instances: () => engine.peek().filter(({ identity }) => identity.uid !== strangerUid),
    starts,
    jobs,
    get lastSeen() {
      return lastSeen;
    },
    get process() {
      return process;
    },
    async create(draft) {
      const { id, kind } = await createDeployment(
        { name: 'web', image: 'app:1', ...draft },
        caller,
        commands,
      );
      const made = await store.stores.deployments.find(id);
      if (kind === 'job' && made) jobs.add(made.uid);
    },
    async declare(id, draft) {
      await declareDeployment({ id, declaration: { image: 'app:1', ...draft } }, caller, commands);
    },
    async scale(id, replicas) {
      await patchDeployment({ id, patch: { replicas } }, caller, commands);
    },
    async remove(id) {
      await removeDeployment(id, caller, commands);
    },
    async list() {
      const { text } = await store.stores.deployments.listText({ namespaces: [], statuses: [] });
      return JSON.parse(text) as readonly DeploymentSummary[];
    },
    declared: () => store.reconciler.desired(),
    slowly(name) {
      let release = (): void => undefined;
      slow[name] = new Promise((resolve) => {
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

const running = (engine: FakeRuntime): ReadonlyMap<string, Instance> =>
  new Map(engine.peek().flatMap((one) => (one.state === 'running' ? [[one.id, one] as const] : [])));
