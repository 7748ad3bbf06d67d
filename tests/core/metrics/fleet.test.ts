import { expect, it } from 'vitest';
import { fleetOf, readFleet } from '../../../core/metrics/fleet.ts';
import { makeFakeStore } from '../../support/fake-store.ts';

const worker = { kind: 'worker', status: 'running', replicas: 3, ready_replicas: 2 } as const;

it('counts deployments by status, and the replicas of workers that are to be there', () => {
  const { byStatus, ...replicas } = fleetOf([
    worker,
    { ...worker, status: 'crash_loop_back_off', replicas: 1, ready_replicas: 0 },
    { ...worker, status: 'deleted', replicas: 9, ready_replicas: 9 },
    { kind: 'job', status: 'completed', replicas: 5, ready_replicas: 0 },
  ]);
  expect(replicas).toEqual({ wanted: 4, ready: 2 });
  expect(Object.entries(byStatus).filter(([, count]) => count > 0)).toEqual([
    ['running', 1],
    ['completed', 1],
    ['deleted', 1],
    ['crash_loop_back_off', 1],
  ]);
  expect(Object.keys(byStatus)).toContain('network_error');
});

it('reads what is stored', async () => {
  const { stores, cache } = makeFakeStore();
  expect((await readFleet({ ...stores, cache })).wanted).toBe(0);
});
