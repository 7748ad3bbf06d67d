import { describe, expect, it } from 'vitest';
import { previousParts } from '../../../core/log/previous.ts';
import type { Instance, InstanceState } from '../../../core/runtime.ts';
import { someIdentity } from '../../support/fake-runtime.ts';

const anInstance = (id: string, state: InstanceState, changes: Partial<Instance> = {}): Instance => ({
  id,
  containerName: id,
  identity: someIdentity(),
  state,
  imageId: 'sha256:1',
  connected: true,
  address: null,
  serves: true,
  startedAt: 1000,
  finishedAt: null,
  exitCode: null,
  oomKilled: false,
  error: '',
  restartCount: 0,
  ...changes,
});
const ofRevision = (revision: number, slot = 0) => ({ identity: someIdentity({ revision, slot }) });
const shown = (...instances: readonly Instance[]) =>
  previousParts(instances).map(({ instance, until }) => [instance.id, until]);

describe('what ran before in a replica', () => {
  it('is nothing where nothing has ended yet', () => {
    expect([
      shown(anInstance('a', 'running')),
      shown(anInstance('a', 'created', { startedAt: null })),
      shown(),
    ]).toEqual([[], [], []]);
  });

  it('is what a restarted container wrote before its process began anew', () => {
    const restarted = anInstance('a', 'running', { startedAt: 5000, finishedAt: 4000, restartCount: 3 });
    expect(shown(restarted)).toEqual([['a', 4500]]);
    expect(shown({ ...restarted, finishedAt: 6000 })).toEqual([['a', 5000]]);
  });

  it('is all that a container wrote which ended and does not run', () => {
    expect([
      shown(anInstance('a', 'exited', { finishedAt: 2000 })),
      shown(anInstance('a', 'restarting', { finishedAt: 2000 })),
    ]).toEqual([[['a', undefined]], [['a', undefined]]]);
  });

  it('is the stopped container that was kept, before the one that runs', () => {
    const kept = anInstance('kept', 'exited', { finishedAt: 2000, ...ofRevision(2) });
    const older = anInstance('older', 'exited', { finishedAt: 1500, ...ofRevision(1) });
    const serving = anInstance('serving', 'running', { finishedAt: 900, ...ofRevision(1) });
    expect(shown(older, serving, kept)).toEqual([['kept', undefined]]);
  });

  it('is the older one of two that both ended', () => {
    const present = anInstance('present', 'exited', { finishedAt: 3000, ...ofRevision(2) });
    const kept = anInstance('kept', 'exited', { finishedAt: 2000, ...ofRevision(1) });
    expect(shown(kept, present)).toEqual([['kept', undefined]]);
  });

  it('is told for each replica by itself', () => {
    const instances = [0, 1, 2].map((slot) =>
      anInstance(`c${slot}`, slot === 1 ? 'running' : 'exited', {
        finishedAt: slot === 1 ? null : 2000,
        ...ofRevision(1, slot),
      }),
    );
    expect(shown(...instances)).toEqual([
      ['c0', undefined],
      ['c2', undefined],
    ]);
  });
});
