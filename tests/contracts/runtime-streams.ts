/** What every Runtime promises about its streams: logs end with their container, events with their listener. */
import { expect, it } from 'vitest';
import type { LogLine } from '../../core/runtime.ts';
import { eventually, kindOf, type Situation } from './runtime-world.ts';

/** Registers the cases; `now` gives the situation of the test that runs. */
export const streamContract = (now: () => Situation): void => {
  it('reads what a container wrote, in order, and ends with it when it follows', async () => {
    const { runtime, world } = now();
    const id = await now().run();
    const never = new AbortController().signal;
    await world.say(id, 'one');
    await world.say(id, 'two');
    const read = async (follow: boolean, tail?: number) => {
      const lines: string[] = [];
      for await (const line of runtime.logs(id, { follow, tail, signal: never })) lines.push(line.message);
      return lines;
    };
    const all = await eventually(
      () => read(false),
      (lines) => lines.length >= 2,
    );
    const last = await read(false, 1);
    const following = read(true);
    await world.exit(id, 0);
    expect([all, last, await following]).toEqual([['one', 'two'], ['two'], ['one', 'two']]);
  });

  it('leaves out what was written at an instant or after it, and counts the last lines before', async () => {
    const { runtime, world, run } = now();
    const id = await run();
    const signal = new AbortController().signal;
    const read = async (request: { readonly until?: number; readonly tail?: number }) => {
      const lines: LogLine[] = [];
      for await (const line of runtime.logs(id, { follow: false, signal, ...request })) lines.push(line);
      return lines;
    };
    const words = async (request: { readonly until?: number; readonly tail?: number }) =>
      (await read(request)).map(({ message }) => message);
    for (const word of ['one', 'two', 'three']) await world.say(id, word);
    const [first, , third] = await eventually(
      () => read({}),
      (lines) => lines.length >= 3,
    );
    const beforeThird = Date.parse(third?.at ?? '');
    expect([
      await words({ until: beforeThird }),
      await words({ until: beforeThird, tail: 1 }),
      await words({ until: beforeThird, tail: 0 }),
      await words({ until: beforeThird + 60_000, tail: 2 }),
      await words({ until: Date.parse(first?.at ?? '') }),
    ]).toEqual([['one', 'two'], ['two'], [], ['two', 'three'], []]);
  });

  it('stops reading when nobody wants to read on', async () => {
    const { runtime, world } = now();
    const id = await now().run();
    const controller = new AbortController();
    await world.say(id, 'one');
    const lines: string[] = [];
    for await (const line of runtime.logs(id, { follow: true, signal: controller.signal })) {
      lines.push(line.message);
      controller.abort();
    }
    expect(lines).toEqual(['one']);
    expect(
      await kindOf(
        runtime.logs('no_such', { follow: false, signal: controller.signal })[Symbol.asyncIterator]().next(),
      ),
    ).toMatch(/missing|done/);
  });

  it('tells what happens to its containers, until nobody listens', async () => {
    const { runtime } = now();
    const controller = new AbortController();
    const heard: unknown[] = [];
    const listening = (async () => {
      for await (const event of runtime.events(controller.signal)) {
        heard.push([event.action, event.exitCode, event.identity.slot]);
        if (event.action === 'destroy') controller.abort();
      }
    })();
    await eventually(
      async () => {
        const id = await runtime.create(now().inSlot(9));
        await runtime.remove(id);
        return heard.length;
      },
      (count) => count > 0,
    );
    await listening;
    expect(heard.at(-1)).toEqual(['destroy', null, 9]);
  });
};
