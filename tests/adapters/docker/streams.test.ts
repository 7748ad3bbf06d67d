import { describe, expect, it } from 'vitest';
import type { RuntimeEvent } from '../../../core/runtime.ts';
import { aListed, anInspected } from './listed.ts';
import { type Answer, breakAfter, hang, json, ndjson, stall, startStubEngine } from './stub-engine.ts';

const { Labels } = aListed('a');
const event = (Action: string, changes: Record<string, unknown> = {}) => ({
  Type: 'container',
  Action,
  Actor: { ID: 'a', Attributes: Labels },
  time: 5,
  timeNano: 5_250_000_000,
  ...changes,
});
const lines = (...values: unknown[]): string => values.map((value) => `${JSON.stringify(value)}\n`).join('');

const listen = async (answer: Answer, heartbeat: Answer = json('OK')) => {
  const { runtime } = await startStubEngine(
    [
      [/^GET \/events$/, () => answer],
      [/^GET \/_ping$/, () => heartbeat],
    ],
    { heartbeatMs: 20 },
  );
  const heard: RuntimeEvent[] = [];
  const ended = (async () => {
    for await (const each of runtime.events(new AbortController().signal)) heard.push(each);
  })().catch((error: { kind: string }) => error.kind);
  return { heard, ended: await ended };
};

describe('the event stream', () => {
  it('tells what concerns its own containers, and rejects when it ends', async () => {
    const foreign = { ID: 'b', Attributes: { ...Labels, 'ring.instance': 'i2' } };
    const { heard, ended } = await listen(
      ndjson(
        event('start'),
        event('health_status: healthy'),
        event('die', { Actor: foreign }),
        event('x', { Type: 'network' }),
        7,
      ),
    );
    expect([heard.map(({ action, at }) => [action, at]), ended]).toEqual([
      [
        ['start', 5250],
        ['other', 5250],
      ],
      'unavailable',
    ]);
  });

  it('tells what happens in the networks of its containers, once it has seen them', async () => {
    const inNetwork = (Action: string, Attributes: Record<string, string>) =>
      event(Action, { Type: 'network', Actor: { ID: 'n1', Attributes } });
    const { runtime, answer } = await startStubEngine([
      [/^GET \/containers\/json$/, () => json([aListed('a'), aListed('b', { State: 'exited' })])],
      [/^GET \/containers\/\w+\/json$/, () => json(anInspected('a'))],
    ]);
    await runtime.observe();
    answer([
      /^GET \/events$/,
      () =>
        ndjson(
          inNetwork('connect', { container: 'a', name: 'ring_default' }),
          inNetwork('connect', { container: 'stranger' }),
          inNetwork('create', { name: 'other' }),
          inNetwork('connect', {}),
          inNetwork('destroy', { name: 'ring_default' }),
        ),
    ]);
    const heard: unknown[] = [];
    await expect(
      (async () => {
        for await (const { action, instanceId } of runtime.events(new AbortController().signal)) {
          heard.push([action, instanceId]);
        }
      })(),
    ).rejects.toMatchObject({ kind: 'unavailable' });
    expect(heard).toEqual([
      ['network', 'a'],
      ['network', 'a'],
      ['network', 'b'],
    ]);
  });

  it.each([
    ['breaks', breakAfter(lines(event('start'))), json('OK')],
    ['falls silent with its engine', stall(lines(event('start'))), hang],
    ['says what is no event', stall(`${lines(event('start'))}<html>\n`), json('OK')],
  ])('rejects when it %s', async (_, answer, heartbeat) => {
    const { heard, ended } = await listen(answer, heartbeat);
    expect([heard.length, ended]).toEqual([1, 'unavailable']);
  });
});

describe('a log', () => {
  it('rejects when it is cut off, and ends quietly when nobody reads on', async () => {
    const frame = '\u0001\0\0\0\0\0\0\u0022' + '2026-11-23T10:00:00.000000001Z hi\n';
    const { runtime, answer } = await startStubEngine([
      [/^GET \/containers\/a\/logs$/, () => breakAfter(frame)],
    ]);
    const read = async (controller: AbortController, follow: boolean) => {
      const found: string[] = [];
      for await (const line of runtime.logs('a', { follow, signal: controller.signal })) {
        found.push(line.message);
        if (follow) controller.abort();
      }
      return found;
    };
    await expect(read(new AbortController(), false)).rejects.toMatchObject({ kind: 'unavailable' });
    answer([/^GET \/containers\/a\/logs$/, () => stall(frame)]);
    expect(await read(new AbortController(), true)).toEqual(['hi']);
    await expect(read(new AbortController(), false)).rejects.toMatchObject({ kind: 'unavailable' });
  });
});
