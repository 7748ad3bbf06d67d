/**
 * The ports of a process that can be killed at any call: from then on its calls have no effect and get no answer, as
 * after kill -9. The calls are recorded, so that a test can kill the process at each of them.
 */

/** A process as its ports see it. */
export interface Life {
  /** Calls in the order they were made, as `<port>.<method>`. */
  readonly calls: readonly string[];
  isDead(): boolean;
  /** Ends it now. */
  kill(): void;
  /** Ends it at its call of this number, from 1: before it takes effect, or after and before it is answered. */
  killAt(call: number, moment: 'before' | 'after'): void;
  /** A port as this process has it; only calls that pass `counted` are numbered. */
  lend<Port extends object>(name: string, port: Port, counted?: (method: string) => boolean): Port;
}

/** A process that lives; `died` is called when it does. */
export function makeLife(died: () => void): Life {
  const calls: string[] = [];
  let isDead = false;
  let end: { readonly call: number; readonly moment: 'before' | 'after' } | null = null;
  const silence = () => new Promise<never>(() => undefined);
  const kill = () => {
    if (isDead) return;
    isDead = true;
    died();
  };
  const isAt = (number: number, moment: 'before' | 'after') =>
    number > 0 && end?.call === number && end.moment === moment;

  async function call(work: () => unknown, number: number): Promise<unknown> {
    if (isAt(number, 'before')) kill();
    if (isDead) return silence();
    const outcome = await settled(work);
    if (isAt(number, 'after')) kill();
    if (isDead) return silence();
    return outcome();
  }

  async function* read(work: () => unknown, number: number): AsyncGenerator<unknown> {
    if (isAt(number, 'before')) kill();
    if (isDead) await silence();
    const items = work();
    if (isStream(items)) yield* items;
    if (isAt(number, 'after')) kill();
    if (isDead) await silence();
  }

  return {
    calls,
    isDead: () => isDead,
    kill,
    killAt: (number, moment) => {
      end = { call: number, moment };
    },
    lend: (name, port, counted = () => true) =>
      new Proxy(port, {
        get(target, key) {
          const member: unknown = Reflect.get(target, key);
          if (typeof member !== 'function') return member;
          const method = String(key);
          return (...args: unknown[]) => {
            const isCounted = counted(method);
            if (isCounted) calls.push(`${name}.${method}`);
            const answer = streams.has(method) ? read : call;
            return answer(() => Reflect.apply(member, target, args), isCounted ? calls.length : 0);
          };
        },
      }),
  };
}

/** The calls that answer with a stream. */
const streams: ReadonlySet<string> = new Set(['logs', 'events']);

const isStream = (value: unknown): value is AsyncIterable<unknown> =>
  typeof value === 'object' && value !== null && Symbol.asyncIterator in value;

/** Waits for the end of some work; what is returned answers or throws as the work did. */
async function settled(work: () => unknown): Promise<() => unknown> {
  try {
    const value = await work();
    return () => value;
  } catch (error) {
    return () => {
      throw error;
    };
  }
}
