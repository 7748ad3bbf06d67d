/** Holds the page for operators to the metrics that there are: each is named there, and no other. */
import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { makeCounters } from '../../../adapters/metrics/counters.ts';
import { metricsOf } from '../../../adapters/metrics/report.ts';
import { fleetOf } from '../../../core/metrics/fleet.ts';

const everything = () => {
  const counters = makeCounters();
  counters.streamsOpen.add({ kind: 'stream' });
  return metricsOf(counters, {
    ...{ fleet: fleetOf([]), databaseBytes: 1, engineIsUp: true, instances: [], lastSeenMs: 1, version: '1' },
    process: { memoryBytes: 1, cpuSeconds: 1, startedMs: 1, nodeVersion: 'v1' },
  });
};

const page = () => readFile(new URL('../../../docs/OPERATIONS.md', import.meta.url), 'utf8');

const namesIn = (text: string): readonly string[] =>
  [...new Set(text.match(/\b(ring|process)_[a-z_]+/g) ?? [])].sort();

it('names every metric in its table, and no other', async () => {
  const rows = (await page()).split('\n').filter((line) => /^\| `(ring|process)_/.test(line));
  expect(namesIn(rows.map((row) => row.split('|')[1]).join())).toEqual(
    everything()
      .map(({ name }) => name)
      .sort(),
  );
});

it('alerts on nothing that is not there', async () => {
  const rules = (await page()).split('\n').filter((line) => line.trim().startsWith('expr:'));
  const known = new Set(everything().map(({ name }) => name));
  const unknown = namesIn(rules.join('\n')).filter((name) => !known.has(name.replace(/_bucket$/, '')));
  expect([rules.length > 5, unknown]).toEqual([true, []]);
});
