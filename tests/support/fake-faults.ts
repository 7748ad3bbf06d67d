/**
 * Injects faults into a fake runtime on request: refused calls, lost responses, calls that hang, an engine that is
 * down. fake-runtime.ts implements the calls themselves.
 */
import type { Runtime } from '../../core/runtime.ts';
import { RuntimeError } from '../../core/runtime-error.ts';

/** The calls of the port that answer once, by name. */
export type FakeCallName = Exclude<keyof Runtime, 'logs' | 'events'>;

/** One call as it was made. */
export interface FakeCall {
  readonly name: FakeCallName;
  readonly args: readonly unknown[];
}

/** How a test makes calls fail; every promise is about the calls that come after it. */
export interface FakeFaults {
  /** All calls so far, in order, failed ones included. */
  readonly calls: readonly FakeCall[];
  /** The next call of that name is refused and does nothing. */
  failNext(name: FakeCallName, error: RuntimeError): void;
  /** The next call of that name is done, and its answer is lost: the caller sees `unavailable`. */
  loseNext(name: FakeCallName): void;
  /** Calls of that name (all without one) wait until release(), then reject with `unavailable`. */
  hang(name?: FakeCallName): void;
  /** Lets go of the calls that hang and makes no others hang. */
  release(): void;
  /** The engine does not answer until up(). */
  down(): void;
  up(): void;
}

/** Runs the work of a call, or fails as the test asked. */
export type FakeGate = <T>(name: FakeCallName, args: readonly unknown[], work: () => T) => Promise<T>;

/** The error of an engine that does not answer. */
export const unanswered = (): RuntimeError => new RuntimeError('unavailable', 'The engine does not answer');

/** Makes the faults of one fake and the gate that its calls pass through. */
export const makeFakeFaults = (onDown: () => void): { faults: FakeFaults; gate: FakeGate } => {
  const calls: FakeCall[] = [];
  const planned: { name: FakeCallName; error: RuntimeError; done: boolean }[] = [];
  const hanging = new Set<FakeCallName | 'all'>();
  let waiting: (() => void)[] = [];
  let isDown = false;

  const gate: FakeGate = async (name, args, work) => {
    calls.push({ name, args });
    // A real call always crosses a socket: nothing is decided in the caller's own turn.
    await Promise.resolve();
    if (isDown) throw unanswered();
    if (hanging.has('all') || hanging.has(name)) {
      await new Promise<void>((resolve) => waiting.push(resolve));
      throw unanswered();
    }
    const index = planned.findIndex((entry) => entry.name === name);
    const [plan] = index < 0 ? [] : planned.splice(index, 1);
    if (plan && !plan.done) throw plan.error;
    const result = work();
    if (plan) throw plan.error;
    return result;
  };

  const faults: FakeFaults = {
    calls,
    failNext: (name, error) => planned.push({ name, error, done: false }),
    loseNext: (name) => planned.push({ name, error: unanswered(), done: true }),
    hang: (name) => hanging.add(name ?? 'all'),
    release() {
      hanging.clear();
      const held = waiting;
      waiting = [];
      for (const resolve of held) resolve();
    },
    down() {
      isDown = true;
      onDown();
    },
    up() {
      isDown = false;
    },
  };
  return { faults, gate };
};
