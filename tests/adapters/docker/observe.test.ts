import { describe, expect, it, vi } from 'vitest';
import { aListed, anInspected } from './listed.ts';
import {
  type Answer,
  cut,
  hang,
  json,
  ndjson,
  refusal,
  type StubEngine,
  startStubEngine,
} from './stub-engine.ts';

const list = /^GET \/containers\/json$/;
const inspect = /^GET \/containers\/\w+\/json$/;
const idIn = (line: string): string => line.split('/')[2] ?? '';

/** A stub that lists what `shown` holds and inspects it as running. */
const startLister = async (shown: Map<string, Record<string, unknown>>): Promise<StubEngine> =>
  startStubEngine([
    [list, () => json([...shown].map(([id, changes]) => aListed(id, changes)))],
    [inspect, (line) => json(anInspected(idIn(line), { Status: shown.get(idIn(line))?.State ?? 'running' }))],
  ]);

const inspectsIn = (requests: readonly string[]): readonly string[] =>
  requests.filter((line) => inspect.test(line)).map(idIn);

describe('looking', () => {
  it('inspects everything once, and then asks for nothing but the list', async () => {
    const { runtime, requests } = await startLister(
      new Map([
        ['a', {}],
        ['b', {}],
      ]),
    );
    const first = await runtime.observe();
    const before = requests.length;
    const second = await runtime.observe();
    expect([inspectsIn(requests), requests.slice(before)]).toEqual([['a', 'b'], ['GET /containers/json']]);
    expect(second.map((instance, index) => instance === first[index])).toEqual([true, true]);
  });

  it('inspects again what changed its state, and what seems to have begun again', async () => {
    const shown = new Map<string, Record<string, unknown>>([
      ['a', {}],
      ['b', {}],
      ['c', {}],
    ]);
    const { runtime, requests } = await startLister(shown);
    await runtime.observe();
    shown.set('b', { State: 'exited', Status: 'Exited (1) 1 second ago' });
    shown.set('c', { Status: 'Up 2 seconds' });
    const found = await runtime.observe();
    expect(inspectsIn(requests).slice(3)).toEqual(['b', 'c']);
    expect(found.map(({ state }) => state)).toEqual(['running', 'exited', 'running']);
  });

  it('is done by one at a time, and whoever asks meanwhile shares the next look', async () => {
    let underWay = 0;
    let most = 0;
    const slow: Answer = (response) => {
      underWay += 1;
      most = Math.max(most, underWay);
      setTimeout(() => {
        underWay -= 1;
        response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify([aListed('a')]));
      }, 50);
    };
    const { runtime, requests, answer } = await startLister(new Map());
    answer([list, () => slow]);
    const [, second, third] = await Promise.all([runtime.observe(), runtime.observe(), runtime.observe()]);
    const lists = requests.filter((line) => list.test(line)).length;
    expect([most, lists, second === third]).toEqual([1, 2, true]);
  });

  it('inspects again what a call of its own touched', async () => {
    const { runtime, requests, answer } = await startLister(
      new Map([
        ['a', {}],
        ['b', {}],
      ]),
    );
    await runtime.observe();
    answer([/^POST \/containers\/b\/stop$/, () => json('', 204)]);
    await runtime.stop('b', 0);
    await runtime.observe();
    expect(inspectsIn(requests).slice(2)).toEqual(['b']);
  });

  it('does not inspect what a call of its own is starting, and does so afterwards', async () => {
    const shown = new Map<string, Record<string, unknown>>([['a', { State: 'created', Status: 'Created' }]]);
    const { runtime, requests, answer } = await startLister(shown);
    const held: (() => void)[] = [];
    answer([
      /^POST \/containers\/a\/start$/,
      () => (response) => held.push(() => response.writeHead(204).end()),
    ]);
    const starting = runtime.start('a');
    await vi.waitFor(() => expect(held).toHaveLength(1));
    const [during] = await runtime.observe();
    expect([during?.state, during?.startedAt, inspectsIn(requests)]).toEqual(['created', null, []]);
    for (const letGo of held) letGo();
    await starting;
    await runtime.observe();
    expect(inspectsIn(requests)).toEqual(['a']);
  });

  it('takes over what the list alone tells, without an inspect', async () => {
    const shown = new Map<string, Record<string, unknown>>([['a', {}]]);
    const { runtime, requests } = await startLister(shown);
    await runtime.observe();
    shown.set('a', { Names: ['/renamed'] });
    const [found] = await runtime.observe();
    expect([found?.containerName, inspectsIn(requests)]).toEqual(['renamed', ['a']]);
  });

  it('inspects again what left its network or joined it anew: the list tells no names', async () => {
    const shown = new Map<string, Record<string, unknown>>([['a', {}]]);
    const { runtime, requests, answer } = await startLister(shown);
    const endpoint = { NetworkID: 'n1', EndpointID: 'e1', Aliases: ['web'] };
    const NetworkSettings = { Networks: { ring_default: endpoint } };
    answer([inspect, () => json({ ...anInspected('a'), NetworkSettings })]);
    const [before] = await runtime.observe();
    shown.set('a', { NetworkSettings: { Networks: {} } });
    const [gone] = await runtime.observe();
    const again = { Networks: { ring_default: { ...endpoint, EndpointID: 'e2' } } };
    shown.set('a', { NetworkSettings: again });
    const [back] = await runtime.observe();
    const places = [before, gone, back].map((seen) => [seen?.connected, seen?.serves]);
    expect([places, inspectsIn(requests)]).toEqual([
      [
        [true, true],
        [false, false],
        [true, true],
      ],
      ['a', 'a', 'a'],
    ]);
  });

  it('inspects everything again after the connection was lost', async () => {
    const { runtime, requests, answer } = await startLister(new Map([['a', {}]]));
    await runtime.observe();
    answer([/^GET \/_ping$/, () => cut]);
    await expect(runtime.ping()).rejects.toMatchObject({ kind: 'unavailable' });
    await runtime.observe();
    expect(inspectsIn(requests)).toEqual(['a', 'a']);
  });

  it('remembers the exit code that an event told, once the process runs again', async () => {
    const { runtime, answer } = await startLister(new Map([['a', {}]]));
    const controller = new AbortController();
    const Attributes = { ...aListed('a').Labels, exitCode: '7' };
    answer(
      [
        /^GET \/events$/,
        () => ndjson({ Type: 'container', Action: 'die', Actor: { ID: 'a', Attributes }, timeNano: 5e9 }),
      ],
      [inspect, () => json(anInspected('a', { FinishedAt: '2026-11-23T10:00:00Z' }, 1))],
    );
    for await (const event of runtime.events(controller.signal)) {
      expect(event).toMatchObject({ instanceId: 'a', action: 'die', exitCode: 7, at: 5000 });
      controller.abort();
    }
    expect(await runtime.observe()).toMatchObject([{ state: 'running', exitCode: 7, restartCount: 1 }]);
  });

  it('leaves out what is gone by the time it is inspected, and what is not its own', async () => {
    const { runtime, answer } = await startLister(
      new Map([
        ['a', {}],
        ['b', {}],
        ['c', { Labels: { 'ring.instance': 'i1' } }],
      ]),
    );
    answer([/^GET \/containers\/a\/json$/, () => refusal(404, 'No such container: a')]);
    expect((await runtime.observe()).map(({ id }) => id)).toEqual(['b']);
  });

  it.each([
    ['an error', refusal(500, 'oops')],
    ['nothing', hang],
    ['half an answer', cut],
  ])('is unknown, never empty, when one inspect answers %s', async (_, answer) => {
    const engine = await startLister(
      new Map([
        ['a', {}],
        ['b', {}],
      ]),
    );
    engine.answer([/^GET \/containers\/a\/json$/, () => answer]);
    await expect(engine.runtime.observe()).rejects.toMatchObject({ kind: 'unavailable' });
    engine.answer([inspect, (line) => json(anInspected(idIn(line)))]);
    expect(await engine.runtime.observe()).toHaveLength(2);
  });
});
