/** What is remembered of an observation, row by row. */
import { expect, it } from 'vitest';
import { judge } from '../../../../core/reconcile/judge/judge.ts';
import { emptyMemory, type Memory, noTrouble } from '../../../../core/reconcile/memory.ts';
import { aSlot } from '../../../support/records.ts';
import {
  aFault,
  anInstance,
  aRefusedSlot,
  aSubject,
  later,
  lookedAt,
  looping,
  type SubjectChanges,
  stuck,
} from '../../../support/subjects.ts';

const memoryOf = (slot: Memory['slots'][string], changes: Partial<Memory> = {}): Memory => ({
  ...emptyMemory,
  slots: { 0: slot },
  ...changes,
});
const seen = { instanceId: 'c0-r1' };

it.each<[string, SubjectChanges, Memory]>([
  ['which container it saw', { instances: [anInstance()] }, memoryOf(aSlot(seen))],
  [
    'how often the engine restarted it',
    { instances: [anInstance({ restartCount: 2, upMs: 1_000 })] },
    memoryOf(aSlot({ ...seen, restartCount: 2, crashes: 2, restarts: 2 })),
  ],
  [
    'a lower count as one that began anew',
    { instances: [anInstance({ restartCount: 1, upMs: 1_000 })], slots: [looping] },
    memoryOf(aSlot({ ...seen, restartCount: 1, crashes: 4, restarts: 4 })),
  ],
  [
    'the ends in a row no more once it stayed up',
    { instances: [anInstance({ restartCount: 3, upMs: 60_000 })], slots: [looping] },
    memoryOf(aSlot({ ...seen, restartCount: 3, restarts: 3 })),
  ],
  [
    'the wait until it has stayed up for a while',
    { instances: [anInstance({ upMs: 9_999 })], slots: [aRefusedSlot({ failures: 3 })] },
    memoryOf(aSlot({ ...seen, failures: 3, retryAt: later(-1) })),
  ],
  [
    'no wait once it has stayed up for a while',
    { instances: [anInstance({ upMs: 10_000 })], slots: [aRefusedSlot({ failures: 3 })] },
    memoryOf(aSlot(seen)),
  ],
  [
    'of another revision which it was, and nothing else but what it saw',
    { revision: 2, slots: [{ ...looping, failures: 4, fault: aFault() }] },
    memoryOf(aSlot({ revision: 2, instanceId: 'c0-r1', restartCount: 3, cameFrom: 1 })),
  ],
  [
    'the restarts that it counted before the revision of an equal spec',
    {
      revision: 2,
      specHash: 'hash-1',
      instances: [anInstance({ restartCount: 3, upMs: 1_000 })],
      slots: [looping],
    },
    memoryOf(aSlot({ ...seen, revision: 2, restartCount: 3 })),
  ],
  [
    'no ends of long ago of a container that the slot comes back to',
    {
      instances: [anInstance({ restartCount: 5, upMs: 60_000 })],
      slots: [aSlot({ revision: 2, instanceId: 'c0-r2', restartCount: 3 })],
    },
    memoryOf(aSlot({ ...seen, restartCount: 5 })),
  ],
  [
    'no ends of a container that the slot returns to, nor that Ring had stopped it',
    {
      instances: [anInstance({ state: 'exited', exitCode: 143, restartCount: 7 })],
      slots: [aSlot({ revision: 2, instanceId: 'c0-r2', crashes: 3 })],
    },
    memoryOf(aSlot({ ...seen, restartCount: 7, leftAt: lookedAt - 1_000 })),
  ],
  [
    'no crash where Ring was about to stop it, and that only once',
    {
      instances: [anInstance({ state: 'exited', exitCode: 143 })],
      slots: [aSlot({ ...seen, stopping: 'c0-r1' })],
    },
    memoryOf(aSlot({ ...seen, leftAt: lookedAt - 1_000, restarts: 1 })),
  ],
  ['nothing of slots beyond the number', { replicas: 0, slots: [looping] }, emptyMemory],
  [
    'a taking down that fails while there is something to take down',
    { deletedAt: later(0), instances: [anInstance()], memory: { teardown: stuck } },
    { ...emptyMemory, teardown: stuck },
  ],
  [
    'no taking down that failed once it is done',
    { deletedAt: later(0), memory: { teardown: stuck } },
    { ...emptyMemory, teardown: noTrouble },
  ],
  [
    'once that the engine left it at its end',
    {
      instances: [anInstance({ state: 'exited' })],
      slots: [aSlot({ instanceId: 'c0-r1', leftAt: lookedAt - 1_000, crashes: 1, restarts: 1 })],
    },
    {
      ...emptyMemory,
      slots: { 0: aSlot({ instanceId: 'c0-r1', leftAt: lookedAt - 1_000, crashes: 1, restarts: 1 }) },
    },
  ],
  [
    'that the engine left it at an end again',
    {
      instances: [anInstance({ state: 'exited' })],
      slots: [aSlot({ instanceId: 'c0-r1', leftAt: lookedAt - 9_000, crashes: 1, restarts: 1 })],
    },
    {
      ...emptyMemory,
      slots: { 0: aSlot({ instanceId: 'c0-r1', leftAt: lookedAt - 1_000, crashes: 2, restarts: 2 }) },
    },
  ],
  [
    'an end that someone brought about from outside as a restart, and as no crash',
    {
      instances: [anInstance({ state: 'exited' })],
      killed: ['c0-r1'],
      slots: [aSlot({ instanceId: 'c0-r1', leftAt: lookedAt - 9_000, crashes: 1, restarts: 1 })],
    },
    {
      ...emptyMemory,
      slots: { 0: aSlot({ instanceId: 'c0-r1', leftAt: lookedAt - 1_000, crashes: 1, restarts: 2 }) },
    },
  ],
])('remembers %s', (_title, changes, memory) => {
  const { rollout: _, ...remembered } = judge(aSubject(changes), null).memory;
  expect({ ...remembered, rollout: null, stable: null }).toEqual(memory);
});
