/** A prober on a virtual clock, and instances that answer as they are told. */
import { makeProber, type Prober, type ProberOptions } from '../../../core/health/prober.ts';
import type { HttpProbe } from '../../../core/health/probes.ts';
import type { HealthTarget } from '../../../core/health/watch.ts';
import { insertAll } from '../../contracts/store-harness.ts';
import { type FakeStore, type Moment, makeFakeStore } from '../../support/fake-store.ts';
import { anHttpCheck, aTarget } from '../../support/health.ts';
import { aDeployment } from '../../support/records.ts';
import { silentLog } from '../../support/silent-log.ts';
import { makeVirtualClock, type VirtualClock } from '../../support/virtual-clock.ts';

/** What a test looks at and turns. */
export interface ProberWorld {
  readonly prober: Prober;
  readonly clock: VirtualClock;
  readonly store: FakeStore;
  /** When each address was asked, ms since the world began. */
  readonly asked: Map<string, number[]>;
  /** What is answered at an address: a status, or nothing ever. Without one it is 200. */
  readonly answers: Map<string, number | 'hangs'>;
  readonly woken: string[];
  /** Questions under way: now, and the most there ever were. */
  readonly underWay: { now: number; most: number };
  /** Another process on the same store. */
  again(options?: ProberOptions): ProberWorld;
}

/** What a world may differ in. */
export interface ProberWorldOptions extends ProberOptions {
  readonly interrupt?: (moment: Moment) => void;
}

/** A fresh world in which the deployments `web` and `api` are stored. */
export async function makeProberWorld(options: ProberWorldOptions = {}): Promise<ProberWorld> {
  const clock = makeVirtualClock();
  let interrupt: ProberWorldOptions['interrupt'];
  const store = makeFakeStore({ now: clock.now, interrupt: (moment) => interrupt?.(moment) });
  await insertAll(store, aDeployment(), aDeployment({ name: 'api' }));
  interrupt = options.interrupt;
  return open({ clock, store, asked: new Map(), answers: new Map() }, options);
}

type Shared = Pick<ProberWorld, 'clock' | 'store' | 'asked' | 'answers'>;

function open(shared: Shared, options: ProberOptions): ProberWorld {
  const { clock, store, asked, answers } = shared;
  const began = clock.now();
  const woken: string[] = [];
  const underWay = { now: 0, most: 0 };
  const http = async ({ address, signal }: HttpProbe) => {
    asked.set(address, [...(asked.get(address) ?? []), clock.now() - began]);
    underWay.now += 1;
    underWay.most = Math.max(underWay.most, underWay.now);
    const answer = answers.get(address) ?? 200;
    if (answer === 'hangs') {
      await new Promise<void>((resolve) => signal.addEventListener('abort', resolve, { once: true }));
      underWay.now -= 1;
      return new Promise<never>(() => undefined);
    }
    underWay.now -= 1;
    return { status: answer, body: `${answer}` };
  };
  const prober = makeProber(
    {
      probes: { http, tcp: async () => undefined },
      redact: async (_target, text) => text,
      runtime: { exec: async () => ({ exitCode: 0, output: '' }) },
      clock,
      log: silentLog,
      records: store.healthRecords,
      write: store.write,
      wake: (uid) => void woken.push(uid ?? ''),
    },
    options,
  );
  return { ...shared, prober, woken, underWay, again: (others = {}) => open(shared, others) };
}

/** The nth instance of a deployment, its address made of both. */
export const instanceOf = (name: string, slot: number, changes: Partial<HealthTarget> = {}): HealthTarget =>
  aTarget({
    uid: `uid-${name}`,
    name,
    slot,
    instanceId: `${name}-${slot}`,
    containerName: `default_${name}_${slot}_r1`,
    address: `${name}-${slot}`,
    checks: [anHttpCheck({ readiness: true })],
    ...changes,
  });
