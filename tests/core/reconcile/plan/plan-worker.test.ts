/** What a worker needs, row by row: declared, remembered and observed in; steps out. */
import { expect, it } from 'vitest';
import type { Action } from '../../../../core/reconcile/plan/actions.ts';
import { plan } from '../../../../core/reconcile/plan/plan.ts';
import {
  clears,
  create,
  planOf,
  type Row,
  type Rows,
  remove,
  rowsOf,
  stop,
  tries,
} from '../../../support/plan-rows.ts';
import { aSlot } from '../../../support/records.ts';
import {
  anInstance,
  aPort,
  aRefusedSlot,
  aSubject,
  later,
  lookedAt,
  type SubjectChanges,
} from '../../../support/subjects.ts';

const start = (target = 'default_web_0_r1'): Action => ({ kind: 'startInstance', slot: 0, target });
const startOld: Action = { kind: 'startInstance', slot: 0, target: 'c0-r1', revision: 1 };
const lastWords: Action = { kind: 'readLastWords', slot: 0, target: 'c0-r1' };
const takenOver = 'revision 2 has taken over';
const unstartable = 'it could not be started';
const tooMany = 'there is more than one in its slot';
const quiet: Action = { kind: 'createInstance', slot: 0, serves: false };
const join = (target: string): Action => ({ kind: 'joinService', slot: 0, target });
const leave = (target: string): Action => ({ kind: 'leaveService', slot: 0, target });
const drain = (target: string): Action => ({ kind: 'drain', slot: 0, target, ms: 2_000 });
const nameNeeded = 'its name belongs to what is declared now';
const portNeeded = 'the newer revision takes its place first';

const old = anInstance({ revision: 1 });
const withPort = { spec: { ports: [aPort()] } };

it.each<[string, SubjectChanges, readonly Row[] | Rows]>([
  ['makes and starts what is missing', {}, [tries(create, start())]],
  [
    'starts what was made and never started',
    { instances: [anInstance({ state: 'created' })] },
    [tries(start('c0-r1'))],
  ],
  [
    'makes anew what could not be started',
    { instances: [anInstance({ state: 'created' })], slots: [aRefusedSlot()] },
    [tries(remove('c0-r1', unstartable), create, start())],
  ],
  ['leaves alone what runs', { instances: [anInstance()] }, []],
  [
    'starts what ended and the engine gave up on',
    { instances: [anInstance({ state: 'exited' })] },
    [tries(start('c0-r1'))],
  ],
  [
    'makes anew what ended and whose network is at fault',
    {
      instances: [anInstance({ state: 'exited' })],
      slots: [aRefusedSlot({ fault: { status: 'network_error', reason: 'gone', networkLost: true } })],
    },
    [tries(lastWords, remove('c0-r1', unstartable), create, start())],
  ],
  [
    'starts again what ended and whose port is taken, however often that was refused',
    {
      instances: [anInstance({ state: 'exited' })],
      slots: [aRefusedSlot({ failures: 5, fault: { status: 'network_error', reason: 'port is taken' } })],
    },
    [tries(start('c0-r1'))],
  ],
  [
    'starts again what was refused by an engine that was away, however often',
    {
      instances: [anInstance({ state: 'exited' })],
      slots: [aRefusedSlot({ failures: 5, fault: { status: 'error', reason: 'away', passing: true } })],
    },
    [tries(start('c0-r1'))],
  ],
  ['leaves to the engine what it is restarting', { instances: [anInstance({ state: 'restarting' })] }, []],
  [
    'unpauses what was paused by hand',
    { instances: [anInstance({ state: 'paused' })] },
    [tries({ kind: 'unpauseInstance', slot: 0, target: 'c0-r1' })],
  ],
  [
    'joins what lost its network',
    { instances: [anInstance({ connected: false, serves: false })] },
    [tries({ kind: 'connectInstance', slot: 0, target: 'c0-r1', serves: true })],
  ],
  ['leaves alone what needs no network', { instances: [anInstance({ connected: null, serves: null })] }, []],
  [
    'makes anew what is dead',
    { instances: [anInstance({ state: 'dead' })] },
    [tries(remove('c0-r1', unstartable), create, start())],
  ],
  ['waits for a removal under way', { instances: [anInstance({ state: 'removing' })] }, []],
  [
    'removes a second one in a slot',
    {
      instances: [anInstance({ id: 'b', state: 'exited' }), anInstance({ id: 'a' })],
    },
    [clears(stop('b', tooMany), remove('b', tooMany))],
  ],
  [
    'keeps the one that serves of two that run',
    { instances: [anInstance({ id: 'a', connected: false, serves: false }), anInstance({ id: 'b' })] },
    [clears(stop('a', tooMany), remove('a', tooMany))],
  ],
  [
    'keeps the one that runs of three, whatever the others are',
    {
      instances: [
        anInstance({ id: 'a', state: 'created' }),
        anInstance({ id: 'c', state: 'removing' }),
        anInstance({ id: 'b' }),
      ],
    },
    [clears(remove('a', tooMany))],
  ],
  [
    'makes the new beside an old one that serves',
    { revision: 2, instances: [old] },
    [tries(quiet, start('default_web_0_r2'))],
  ],
  [
    'leaves the old one be until the new one has held',
    { revision: 2, instances: [old, anInstance({ revision: 2, upMs: 4_999, serves: false })] },
    planOf([], { dueAt: lookedAt + 1 }),
  ],
  [
    'lets the new one take over the traffic once it has held, then drains and retires the old one',
    { revision: 2, instances: [old, anInstance({ revision: 2, upMs: 5_000, serves: false })] },
    [
      clears(
        join('c0-r2'),
        leave('c0-r1'),
        drain('c0-r1'),
        stop('c0-r1', takenOver),
        remove('c0-r1', takenOver),
      ),
    ],
  ],
  [
    'keeps the old one while the new one crashes',
    { revision: 2, instances: [old, anInstance({ revision: 2, state: 'restarting' })] },
    [],
  ],
  [
    'keeps the old one while the new one has no network',
    { revision: 2, instances: [old, anInstance({ revision: 2, connected: false, serves: false })] },
    [tries({ kind: 'connectInstance', slot: 0, target: 'c0-r2', serves: false })],
  ],
  [
    'starts an old one that ended while the new one is not up',
    { revision: 2, instances: [anInstance({ state: 'exited' })] },
    [tries(create, start('default_web_0_r2')), tries(startOld)],
  ],
  [
    'retires an old one that has the name of the new',
    { specHash: 'hash-new', instances: [old] },
    [tries(stop('c0-r1', nameNeeded), remove('c0-r1', nameNeeded), create, start())],
  ],
  [
    'stops an old one that holds the host port',
    { revision: 2, ...withPort, instances: [old] },
    [
      {
        ...tries(stop('c0-r1', portNeeded), create, start('default_web_0_r2')),
        otherwise: [startOld],
      },
    ],
  ],
  [
    'lets an old one that ended keep the slot beside a host port',
    { revision: 2, ...withPort, instances: [anInstance({ state: 'created' })] },
    [tries(create, start('default_web_0_r2'))],
  ],
  [
    'takes the instance of an equal spec for the current one',
    { revision: 3, specHash: 'hash-1', instances: [old] },
    [],
  ],
  [
    'takes away the slots beyond the number',
    {
      replicas: 1,
      instances: [anInstance(), anInstance({ slot: 1 }), anInstance({ slot: 2, state: 'created' })],
    },
    [
      {
        slot: 1,
        actions: [
          { kind: 'leaveService', slot: 1, target: 'c1-r1' },
          { kind: 'drain', slot: 1, target: 'c1-r1', ms: 2_000 },
          {
            kind: 'stopInstance',
            slot: 1,
            target: 'c1-r1',
            revision: 1,
            why: 'the deployment was scaled down',
          },
          { kind: 'removeInstance', slot: 1, target: 'c1-r1', why: 'the deployment was scaled down' },
        ],
        counts: false,
      },
      {
        slot: 2,
        actions: [
          { kind: 'removeInstance', slot: 2, target: 'c2-r1', why: 'the deployment was scaled down' },
        ],
        counts: false,
      },
    ],
  ],
  ['makes nothing for no replicas', { replicas: 0 }, []],
  [
    'takes everything down that is deleted',
    { deletedAt: later(0), instances: [old] },
    [clears(stop('c0-r1', 'the deployment is deleted'), remove('c0-r1', 'the deployment is deleted'))],
  ],
  ['purges what is deleted and gone', { deletedAt: later(0) }, planOf([], { purge: true })],
  [
    'does not purge while a removal is under way',
    { deletedAt: later(0), instances: [anInstance({ state: 'removing' })] },
    [],
  ],
  ['resolves the image before it makes anything', { pin: null }, planOf([], { resolveImage: true })],
  [
    'starts what is there while the image is not resolved',
    { pin: null, revision: 2, instances: [anInstance({ state: 'exited' })] },
    planOf([tries(startOld)], { resolveImage: true }),
  ],
  ['needs no image for what runs', { pin: null, instances: [anInstance()] }, []],
  [
    'waits before it asks for the image again',
    { pin: null, memory: { image: { revision: 1, failures: 3, retryAt: later(2_000), fault: null } } },
    planOf([], { dueAt: lookedAt + 2_000 }),
  ],
  [
    'asks at once for the image of another revision',
    {
      pin: null,
      revision: 2,
      memory: { image: { revision: 1, failures: 3, retryAt: later(2_000), fault: null } },
    },
    planOf([], { resolveImage: true }),
  ],
  [
    'waits before it tries again',
    { slots: [aRefusedSlot({ retryAt: later(1_000) })] },
    planOf([], { dueAt: lookedAt + 1_000 }),
  ],
  [
    'does not wait where there is nothing to try',
    { instances: [anInstance()], slots: [aRefusedSlot({ retryAt: later(1_000) })] },
    [],
  ],
  [
    'does not wait for what another revision waited for',
    { revision: 2, slots: [aRefusedSlot({ retryAt: later(1_000) })] },
    [tries(create, start('default_web_0_r2'))],
  ],
  [
    'does not wait once the time has come',
    { slots: [aSlot({ failures: 4, retryAt: later(0) })] },
    [tries(create, start())],
  ],
  [
    'waits before it takes down again',
    {
      deletedAt: later(0),
      instances: [old],
      memory: { teardown: { failures: 1, retryAt: later(500), fault: null } },
    },
    planOf([], { dueAt: lookedAt + 500 }),
  ],
])('%s', (_, changes, expected) => {
  expect(rowsOf(plan(aSubject(changes)))).toEqual('uid' in expected ? expected : planOf(expected));
});
