/** What an observation of a worker means, row by row: status, reason, counters and events. */
import { expect, it } from 'vitest';
import type { ObservedView } from '../../../../core/deployment/view.ts';
import { judge } from '../../../../core/reconcile/judge/judge.ts';
import { aView, madeAt } from '../../../support/records.ts';
import {
  anInstance,
  aRefusedSlot,
  aSubject,
  later,
  lookedAt,
  looping,
  type SubjectChanges,
  stuck,
} from '../../../support/subjects.ts';

const viewOf = (changes: Partial<ObservedView>): ObservedView => aView({ instances: ['c0-r1'], ...changes });
const old = anInstance();
const pullFault = { status: 'image_pull_back_off', reason: 'no such image' } as const;
const noImage = { revision: 1, failures: 1, retryAt: later(1_000), fault: pullFault };

it.each<[string, SubjectChanges, ObservedView]>([
  ['runs when its instance is up', { instances: [anInstance()] }, viewOf({})],
  ['runs without a network of its own', { instances: [anInstance({ connected: null })] }, viewOf({})],
  ['runs when nothing is wanted of it', { replicas: 0 }, viewOf({ instances: [], ready_replicas: 0 })],
  [
    'is being created when nothing is there',
    {},
    viewOf({
      status: 'creating',
      status_reason: 'replica 0 is being created',
      instances: [],
      ready_replicas: 0,
    }),
  ],
  [
    'is being created when it has not been started',
    { instances: [anInstance({ state: 'created' })] },
    viewOf({ status: 'creating', status_reason: 'replica 0 is created', ready_replicas: 0 }),
  ],
  [
    'is being created when one of two is missing',
    { replicas: 2, instances: [anInstance()] },
    viewOf({ status: 'creating', status_reason: 'replica 1 is being created', ready_replicas: 1 }),
  ],
  [
    'shows what was refused',
    { instances: [anInstance({ state: 'created' })], slots: [aRefusedSlot()] },
    viewOf({ status: 'create_container_error', status_reason: 'no such command', ready_replicas: 0 }),
  ],
  [
    'forgets what was refused once it runs',
    { instances: [anInstance()], slots: [aRefusedSlot()] },
    viewOf({}),
  ],
  [
    'says that it ended and is being started again',
    { instances: [anInstance({ state: 'exited', exitCode: 137, oomKilled: true })] },
    viewOf({
      status: 'creating',
      status_reason: 'replica 0 ended killed for using too much memory and is being started again',
      ready_replicas: 0,
      restarts: 1,
    }),
  ],
  [
    'says that it ended where the engine does not say how',
    { instances: [anInstance({ state: 'restarting', exitCode: null })] },
    viewOf({
      status: 'creating',
      status_reason: 'replica 0 ended and is being started again',
      ready_replicas: 0,
    }),
  ],
  [
    'is at fault when its policy leaves it ended',
    { spec: { restartPolicy: 'never' }, instances: [anInstance({ state: 'exited', exitCode: 2 })] },
    viewOf({
      status: 'error',
      status_reason: 'replica 0 ended with exit code 2 and restart_policy never does not start it again',
      ready_replicas: 0,
      restarts: 1,
    }),
  ],
  [
    'is not running while it is paused',
    { instances: [anInstance({ state: 'paused' })] },
    viewOf({ status: 'creating', status_reason: 'replica 0 is paused', ready_replicas: 0 }),
  ],
  [
    'is not running while it has no network',
    { instances: [anInstance({ connected: false })] },
    viewOf({
      status: 'creating',
      status_reason: 'replica 0 is being joined to its network',
      ready_replicas: 0,
    }),
  ],
  [
    'does not count what is being removed',
    { instances: [anInstance({ state: 'removing' })] },
    viewOf({
      status: 'creating',
      status_reason: 'replica 0 is removing',
      instances: [],
      ready_replicas: 0,
    }),
  ],
  [
    'loops when it ended three times in a row',
    { instances: [anInstance({ restartCount: 3, upMs: 1_000, exitCode: 1 })] },
    viewOf({
      status: 'crash_loop_back_off',
      status_reason: 'replica 0 ended 3 times in a row, last with exit code 1',
      ready_replicas: 0,
      restarts: 3,
    }),
  ],
  [
    'does not loop after two ends',
    { instances: [anInstance({ restartCount: 2, upMs: 1_000 })] },
    viewOf({ restarts: 2 }),
  ],
  [
    'has healed once it stayed up',
    { instances: [anInstance({ restartCount: 3, upMs: 60_000 })], slots: [looping] },
    viewOf({ restarts: 3 }),
  ],
  [
    'serves by the old while the new is made',
    { revision: 2, instances: [old] },
    viewOf({ status_reason: 'revision 2 is being rolled out' }),
  ],
  [
    'counts no old one that ends again and again, though it is up just now',
    { revision: 2, instances: [anInstance({ restartCount: 5, upMs: 100 })] },
    viewOf({ status: 'creating', status_reason: 'replica 0 is being created', ready_replicas: 0 }),
  ],
  [
    'tells of the fault of the new, and counts the old that serves',
    {
      revision: 2,
      instances: [old, anInstance({ revision: 2, state: 'created' })],
      slots: [aRefusedSlot({ revision: 2 })],
    },
    viewOf({
      status: 'create_container_error',
      status_reason: 'no such command',
      instances: ['c0-r1', 'c0-r2'],
    }),
  ],
  [
    'tells of the loop of the new, and counts the old that serves',
    { revision: 2, instances: [old, anInstance({ revision: 2, restartCount: 5, upMs: 100 })] },
    viewOf({
      status: 'crash_loop_back_off',
      status_reason: 'replica 0 ended 5 times in a row',
      instances: ['c0-r1', 'c0-r2'],
      restarts: 5,
    }),
  ],
  [
    'shows why the image is missing',
    { pin: null, memory: { image: noImage } },
    viewOf({
      status: 'image_pull_back_off',
      status_reason: 'no such image',
      instances: [],
      ready_replicas: 0,
    }),
  ],
  [
    'does not mind an image that nothing needs',
    { pin: null, replicas: 0, memory: { image: noImage } },
    viewOf({ instances: [], ready_replicas: 0 }),
  ],
  [
    'does not mind an image that has been resolved since',
    { memory: { image: noImage } },
    viewOf({
      status: 'creating',
      status_reason: 'replica 0 is being created',
      instances: [],
      ready_replicas: 0,
    }),
  ],
  [
    'shows why it cannot be scaled down',
    { instances: [anInstance(), anInstance({ slot: 1 })], memory: { teardown: stuck } },
    viewOf({ status: 'error', status_reason: 'cannot stop', instances: ['c0-r1', 'c1-r1'] }),
  ],
  [
    'forgets why it could not be scaled down once that is done',
    { instances: [anInstance()], memory: { teardown: stuck } },
    viewOf({}),
  ],
])('%s', (_, changes, view) => {
  expect({ ...judge(aSubject(changes), null).view, rollout: null }).toEqual(view);
});

it('tells that the engine restarted it, and that the status changed', () => {
  const subject = aSubject({ instances: [anInstance({ restartCount: 1, upMs: 1_000 })] });
  expect(judge(subject, null)).toMatchObject({
    dueAt: lookedAt + 4_000,
    events: [
      {
        uid: 'uid-web',
        at: madeAt,
        level: 'warning',
        component: 'docker',
        reason: 'ContainerDied',
        message: 'Container default_web_0_r1 ended and was started again by the engine',
      },
      {
        uid: 'uid-web',
        at: madeAt,
        level: 'info',
        component: 'scheduler',
        reason: 'StatusChanged',
        message: 'Status changed from creating to running',
      },
    ],
  });
});

it.each<[string, SubjectChanges, ObservedView | null]>([
  ['stays as it was', { instances: [anInstance()] }, aView()],
  ['is new and still being created', {}, null],
  ['is deleted', { deletedAt: later(0) }, aView({ status: 'creating' })],
])('tells nothing of one that %s', (_, changes, before) => {
  expect(judge(aSubject(changes), before).events).toEqual([]);
});
