import { expect, it } from 'vitest';
import { usageIn } from '../../../adapters/docker/stats.ts';

const hostBytes = 25_276_502_016;

/** An answer as Docker 20.10 gives it. */
const answer = (changes: Readonly<Record<string, unknown>> = {}) => ({
  read: '2026-11-24T02:10:59.500000000Z',
  preread: '2026-11-24T02:10:58.500000000Z',
  pids_stats: { current: 11, limit: 4096 },
  cpu_stats: { cpu_usage: { total_usage: 734_254_297 }, online_cpus: 2 },
  precpu_stats: { cpu_usage: { total_usage: 234_254_297 }, online_cpus: 2 },
  memory_stats: { usage: 11_505_664, stats: { total_inactive_file: 505_664 }, limit: hostBytes },
  networks: { eth0: { rx_bytes: 5, tx_bytes: 7 }, eth1: { rx_bytes: 10, tx_bytes: 20 } },
  ...changes,
});

it('takes the share of the processor from the two readings of one answer', () => {
  expect(usageIn('c1', answer(), hostBytes)).toEqual({
    id: 'c1',
    cpuPercent: 50,
    memoryBytes: 11_000_000,
    memoryLimitBytes: null,
    network: { receivedBytes: 15, sentBytes: 27 },
    pids: 11,
  });
});

it('reads what an engine on the second version of control groups says', () => {
  const memory_stats = { usage: 3000, stats: { inactive_file: 1000 }, limit: 4000 };
  expect(usageIn('c1', answer({ memory_stats }), hostBytes)).toMatchObject({
    memoryBytes: 2000,
    memoryLimitBytes: 4000,
  });
});

it('tells no share where there is one reading only, or the process began anew', () => {
  const anew = { precpu_stats: { cpu_usage: { total_usage: 999_999_999_999 } } };
  expect(
    [{ preread: '0001-01-01T00:00:00Z' }, anew].map(
      (changes) => usageIn('c1', answer(changes), hostBytes)?.cpuPercent,
    ),
  ).toEqual([null, null]);
});

it('tells no network where there is none of its own', () => {
  expect(usageIn('c1', answer({ networks: undefined }), hostBytes)?.network).toBeNull();
});

it('tells nothing of a container that does not run, or in words that it does not know', () => {
  const ended = answer({
    read: '0001-01-01T00:00:00Z',
    preread: '0001-01-01T00:00:00Z',
    pids_stats: {},
    memory_stats: {},
  });
  expect([usageIn('c1', ended, hostBytes), usageIn('c1', { message: 'what?' }, hostBytes)]).toEqual([
    null,
    null,
  ]);
});
