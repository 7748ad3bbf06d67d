import { expect, it } from 'vitest';
import { makeMetering } from '../../../adapters/metrics/metering.ts';
import { RingError } from '../../../core/errors.ts';
import { makeStreamLimit } from '../../../core/log/limit.ts';
import { someReport } from '../../support/api-world.ts';
import { makeFakeRuntime } from '../../support/fake-runtime.ts';
import { makeFakeStore } from '../../support/fake-store.ts';
import { readScrape } from '../../support/prometheus.ts';

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };

const setUp = (databaseBytes: () => Promise<number> = async () => 8192) => {
  const metering = makeMetering();
  const { stores, cache } = makeFakeStore();
  const { deployments } = stores;
  const metrics = metering.metrics({ deployments, cache, databaseBytes, version: () => '1.2.3' });
  return { metering, text: () => metrics.text(), scrape: async () => readScrape(await metrics.text()) };
};

const asked = (changes = {}) => ({ method: 'GET', path: '/a', requestId: 'r1', ...changes });

it('tells nothing that it does not know: no gauge of an engine that nobody asked', async () => {
  const { text, scrape } = setUp();
  const found = await scrape();
  expect(found.all.map(({ name }) => name)).not.toContain('ring_engine_up');
  expect(await text()).not.toMatch(/ring_(instances|last_tick_timestamp_seconds|streams_open)[ {]/);
});

it('gives every metric a name, a type and a sentence', async () => {
  const { scrape } = setUp();
  const { all } = await scrape();
  for (const { name, help, type } of all) {
    expect([name, help, type]).toEqual([
      expect.stringMatching(/^(ring|process)_[a-z_]+$/),
      expect.stringMatching(/^[A-Z].+\.$/),
      expect.stringMatching(/^(COUNTER|GAUGE|HISTOGRAM)$/),
    ]);
    if (type === 'COUNTER') expect(name).toMatch(/_total$/);
  }
});

it('takes only known methods and patterns of paths for labels', async () => {
  const { metering, scrape, text } = setUp();
  const begin = metering.requests(silent);
  begin(asked())({ route: '/deployments/:id', status: 200, user: 'ann' });
  begin(asked({ method: 'BREW' }))({ route: null, status: 405, user: null });
  const found = await scrape();
  expect(found.named('ring_http_requests_total').metrics).toEqual([
    { value: '1', labels: { method: 'GET', route: '/deployments/:id', status: '200' } },
    { value: '1', labels: { method: 'other', route: 'none', status: '405' } },
  ]);
  expect((await text()).split('\n')).toContain(
    'ring_http_request_duration_seconds_count{method="GET",route="/deployments/:id"} 1',
  );
});

it('writes a line of each request where the log has a place for it, and none elsewhere', () => {
  const { metering } = setUp();
  const lines: unknown[] = [];
  const debug = (message: string, fields: unknown) => void lines.push([message, fields]);
  metering.requests(silent)(asked())({ route: null, status: 404, user: null });
  metering.requests({ ...silent, debug })(asked())({ route: '/a', status: 200, user: 'ann' });
  expect(lines).toEqual([
    ['A request was answered', { ...asked(), route: '/a', status: 200, user: 'ann', ms: expect.any(Number) }],
  ]);
});

it('counts ticks by how they end, and when one last saw the engine', async () => {
  const { metering, scrape } = setUp();
  const end = async (state: 'converged' | 'unknown') => ({ report: { ...someReport, state } });
  await metering.tick(() => end('converged'))();
  await metering.tick(() => end('unknown'))();
  for (const error of [new RingError('RECONCILER_BUSY', 'busy'), new Error('broken')]) {
    await expect(metering.tick(() => Promise.reject(error))()).rejects.toBe(error);
  }
  const found = await scrape();
  const ticks = ['converged', 'unknown', 'busy', 'failed'].map((outcome) =>
    found.value('ring_ticks_total', { outcome }),
  );
  expect([ticks, found.named('ring_tick_duration_seconds').metrics[0]?.count]).toEqual([[1, 1, 1, 1], '3']);
  expect(found.value('ring_last_tick_timestamp_seconds')).toBeGreaterThan(1_700_000_000);
});

it('counts open streams up and down, once each, and those that found no place', async () => {
  const { metering, scrape } = setUp();
  const places = metering.places('stream', makeStreamLimit(2));
  const [first] = [places.take(), places.take()];
  expect(() => places.take()).toThrow('already');
  first?.();
  first?.();
  const found = await scrape();
  expect([
    found.value('ring_streams_open', { kind: 'stream' }),
    found.value('ring_streams_refused_total', { kind: 'stream' }),
  ]).toEqual([1, 1]);
});

it('counts what garbage collection took away', async () => {
  const { metering, scrape } = setUp();
  const item = { id: null, names: [], reason: '', bytes: 5, due_at: '' };
  metering.kept({
    removed: [
      { ...item, kind: 'image', count: 1 },
      { ...item, kind: 'events', count: 20 },
    ],
    failed: [{ ...item, kind: 'network', count: 1, error: 'in use' }],
    ...{ later: [], bytes: 5, duration_ms: 1 },
  });
  const found = await scrape();
  expect([
    found.value('ring_gc_removed_total', { kind: 'events' }),
    found.value('ring_gc_removed_total', { kind: 'image' }),
    found.value('ring_gc_failures_total', { kind: 'network' }),
    found.value('ring_gc_freed_bytes_total'),
  ]).toEqual([20, 1, 1, 5]);
});

it('answers though the database does not, and says so', async () => {
  const { scrape } = setUp(() => Promise.reject(new Error('away')));
  const found = await scrape();
  expect([
    found.value('ring_database_up'),
    found.all.some(({ name }) => name === 'ring_database_size_bytes'),
  ]).toEqual([0, false]);
});

it('counts the containers of the last look by their state', async () => {
  const { metering, scrape } = setUp();
  const runtime = metering.runtime(makeFakeRuntime({ now: () => 0 }));
  await runtime.observe();
  const found = await scrape();
  expect([found.value('ring_instances', { state: 'running' }), found.value('ring_engine_up')]).toEqual([
    0, 1,
  ]);
});
