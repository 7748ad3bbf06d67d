/** What the machine says of itself, where paths lead, and what is unique. */
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, hostname, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { makeClock } from '../../../adapters/node/clock.ts';
import { makeHost } from '../../../adapters/node/host.ts';
import { makeIds } from '../../../adapters/node/ids.ts';

const folder = mkdtempSync(join(tmpdir(), 'ring-host-'));
afterAll(() => rmSync(folder, { recursive: true }));

it('tells facts of this machine in percent with one decimal, to many who ask at once', async () => {
  const host = makeHost({ diskPath: folder });
  const all = await Promise.all([host.facts(), host.facts(), host.facts()]);
  for (const facts of [...all, await host.facts()]) {
    expect(facts).toEqual({
      hostname: hostname(),
      cpuUsage: expect.any(Number),
      memoryUsage: expect.any(Number),
      diskUsage: expect.any(Number),
      cpuCount: cpus().length,
      memoryTotalBytes: totalmem(),
    });
    for (const percent of [facts.cpuUsage, facts.memoryUsage, facts.diskUsage]) {
      expect(percent).toBeGreaterThanOrEqual(0);
      expect(percent).toBeLessThanOrEqual(100);
      expect(percent * 10).toBeCloseTo(Math.round(percent * 10), 6);
    }
  }
});

it('sees the processor at work', async () => {
  const host = makeHost({ diskPath: folder });
  const asked = host.facts();
  const until = performance.now() + 200;
  while (performance.now() < until) Math.sqrt(until);
  expect((await asked).cpuUsage).toBeGreaterThan(0);
});

it('gives ids that differ and hashes that do not', () => {
  const ids = makeIds();
  expect(new Set(Array.from({ length: 1_000 }, () => ids.unique())).size).toBe(1_000);
  expect([ids.hash('a'), ids.hash('b'), ids.hash('a')]).toEqual([
    'ca978112ca1bbdca',
    '3e23e8160039594a',
    'ca978112ca1bbdca',
  ]);
});

it('sleeps no longer than it is let', async () => {
  const clock = makeClock();
  const aborted = new AbortController();
  const asleep = clock.sleep(3_600_000, aborted.signal);
  aborted.abort();
  await asleep;
  await clock.sleep(3_600_000, aborted.signal);
  await clock.sleep(0);
});
