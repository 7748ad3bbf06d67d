import { describe, expect, it } from 'vitest';
import { makeCounters } from '../../../adapters/metrics/counters.ts';
import { measureRuntime } from '../../../adapters/metrics/measured-runtime.ts';
import { RuntimeError } from '../../../core/runtime-error.ts';
import { makeFakeRuntime } from '../../support/fake-runtime.ts';

const setUp = () => {
  const counters = makeCounters();
  const engine = makeFakeRuntime({ now: () => 0 });
  return { counters, engine, measured: measureRuntime(engine, counters) };
};

const plain = (values: readonly { labels: Readonly<Record<string, string>>; value: number }[]) =>
  Object.fromEntries(values.map(({ labels, value }) => [Object.values(labels).join(' '), value]));

describe('a measured engine', () => {
  it('counts calls and times each, and passes on what they answer', async () => {
    const { counters, engine, measured } = setUp();
    const asked = [await measured.runtime.observe(), await measured.runtime.observe()];
    await measured.runtime.ensureNetwork('default');
    expect([asked, await engine.networks()]).toEqual([[[], []], ['default']]);
    expect(plain(counters.calls.values())).toEqual({ observe: 2, ensureNetwork: 1 });
    expect(counters.callTimes.values().map(({ labels, count }) => [labels.operation, count])).toEqual([
      ['observe', 2],
      ['ensureNetwork', 1],
    ]);
  });

  it('counts errors by their kind, and passes them on', async () => {
    const { counters, engine, measured } = setUp();
    engine.failNext('start', new RuntimeError('port_taken', 'no'));
    await expect(measured.runtime.start('x')).rejects.toMatchObject({ kind: 'port_taken' });
    const up = measured.isUp();
    engine.down();
    await expect(measured.runtime.observe()).rejects.toMatchObject({ kind: 'unavailable' });
    expect(plain(counters.callErrors.values())).toEqual({ 'start port_taken': 1, 'observe unavailable': 1 });
    expect([up, measured.isUp(), measured.lastSeen()]).toEqual([true, false, null]);
  });

  it('says nothing of an engine that was never asked', () => {
    const { measured } = setUp();
    expect([measured.isUp(), measured.lastSeen()]).toEqual([null, null]);
  });

  it('counts streams, that they broke, and lets go of those that nobody reads on', async () => {
    const { counters, engine, measured } = setUp();
    const listening = (async () => {
      for await (const _event of measured.runtime.events(new AbortController().signal)) break;
    })();
    const broken = (async () => {
      for await (const _event of measured.runtime.events(new AbortController().signal));
    })();
    engine.images.add('nginx:1.21');
    engine.down();
    const ends = await Promise.allSettled([listening, broken]);
    expect(ends.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect([plain(counters.calls.values()), plain(counters.callErrors.values())]).toEqual([
      { events: 2 },
      { 'events unavailable': 2 },
    ]);
  });

  it('has every call of the port', () => {
    const { engine, measured } = setUp();
    const calls = Object.keys(measured.runtime).filter((name) => !(name in engine));
    expect(calls).toEqual([]);
  });
});
