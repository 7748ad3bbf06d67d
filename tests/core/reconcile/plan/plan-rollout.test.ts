/** How replicas are replaced, row by row: an instance that serves goes only when another has taken its place. */
import { expect, it } from 'vitest';
import { plan } from '../../../../core/reconcile/plan/plan.ts';
import {
  aRolling,
  kept,
  lanesInWords,
  old,
  pinned,
  proved,
  type RollingChanges,
  readinessCheck,
  ready,
  unready,
  young,
} from '../../../support/rolling.ts';
import { anInstance, aPort, lookedAt } from '../../../support/subjects.ts';

const lanesOf = (changes: RollingChanges) => lanesInWords(plan(aRolling(changes)));

const gated = { spec: { healthChecks: [readinessCheck] } };
const turned = { state: 'rolling_back' } as const;
const isBack = { state: 'rolled_back' } as const;
const takesOver = 'r2: join c0-r2, leave c0-r1, drain c0-r1 2000, stop c0-r1, remove c0-r1';

it.each<[string, RollingChanges, readonly string[]]>([
  [
    'makes the new one beside the old one, out of service',
    { instances: [old()] },
    ['r2: create 0, start default_web_0_r2'],
  ],
  ['waits until the new one has been up for long enough', { instances: [old(), young()] }, []],
  [
    'brings the new one into service before the old one leaves, drains and goes',
    { instances: [old(), young(0, { upMs: 5_000 })] },
    [takesOver],
  ],
  [
    'drains an old one that had left before, as nobody knows how long ago',
    { instances: [old(0, { serves: false }), proved()] },
    ['r2: drain c0-r1 2000, stop c0-r1, remove c0-r1'],
  ],
  [
    'drains no old one that ends again and again, and leaves its names alone',
    { instances: [old(0, { restartCount: 5, upMs: 100 }), proved()] },
    ['r2: stop c0-r1, remove c0-r1'],
  ],
  [
    'drains for as long as is declared',
    { update: { drainDelayMs: 500 }, instances: [old(), proved()] },
    ['r2: leave c0-r1, drain c0-r1 500, stop c0-r1, remove c0-r1'],
  ],
  [
    'drains not at all where that is declared',
    { update: { drainDelayMs: 0 }, instances: [old(), proved()] },
    ['r2: leave c0-r1, stop c0-r1, remove c0-r1'],
  ],
  [
    'waits for as long as is declared',
    { update: { minHealthyMs: 1_000 }, instances: [old(), young()] },
    [takesOver],
  ],
  [
    'does nothing to traffic that does not come over a network',
    {
      instances: [old(0, { serves: null, connected: null }), proved(0, { serves: null, connected: null })],
    },
    ['r2: stop c0-r1, remove c0-r1'],
  ],
  [
    'waits for the new one to be ready, however long it is up',
    { ...gated, instances: [old(), proved()] },
    [],
  ],
  [
    'lets the new one take over as soon as it is ready',
    { ...gated, instances: [old(), young()], health: { 'c0-r2': ready } },
    [takesOver],
  ],
  [
    'keeps the old one when the new one turns out not to be ready',
    { ...gated, instances: [old(), young()], health: { 'c0-r2': unready } },
    [],
  ],
  [
    'starts an old one that ended while the new one is on its way, which serves as well as it can',
    { instances: [old(0, { state: 'exited' }), young()] },
    ['r2: join c0-r2', 'r2: start c0-r1'],
  ],
  [
    'brings an old one that lost its network back into service while the new one is on its way',
    { instances: [old(0, { connected: false, serves: false }), young()] },
    ['r2: join c0-r2', 'r2: connect c0-r1 serving'],
  ],
  [
    'leaves alone what waits for its turn',
    { replicas: 3, instances: [young(0), old(0), old(1), old(2)] },
    [],
  ],
  [
    'heals what waits for its turn, as its own revision',
    { replicas: 3, instances: [young(0), old(0), old(1, { state: 'exited' })] },
    ['r1: start c1-r1', 'r1: create 2, start default_web_2_r1'],
  ],
  [
    'takes a leftover of a superseded rollout away beside an old one that serves',
    { revision: 3, replicas: 2, instances: [old(0), young(0), old(1)] },
    ['r3: create 0, start default_web_0_r3', 'r3: stop c0-r2, remove c0-r2'],
  ],
])('%s', (_, changes, lanes) => {
  expect(lanesOf(changes)).toEqual(lanes);
});

it.each<[string, RollingChanges, readonly string[]]>([
  [
    'stops the old one first where only one can hold a port, and starts it again where the new one is refused',
    { spec: { ports: [aPort()] }, instances: [old()] },
    ['r2: stop c0-r1, create 0 serving, start default_web_0_r2 else start c0-r1'],
  ],
  [
    'takes the old one out of service first where others serve',
    { update: { order: 'stop-first' }, replicas: 2, instances: [old(0), old(1)] },
    ['r2: leave c0-r1, drain c0-r1 2000, stop c0-r1, create 0, start default_web_0_r2 else start c0-r1'],
  ],
  [
    'lets the new one join once it was up for long enough, and removes the old one',
    {
      update: { order: 'stop-first' },
      replicas: 2,
      instances: [old(0, { state: 'exited' }), young(0, { upMs: 5_000 }), old(1)],
    },
    ['r2: join c0-r2, stop c0-r1, remove c0-r1'],
  ],
  [
    'keeps the old one, stopped, until the new one has proved itself',
    {
      update: { order: 'stop-first' },
      replicas: 2,
      instances: [old(0, { state: 'exited' }), young(0), old(1)],
    },
    [],
  ],
  [
    'turns back by stopping the new one and starting the old one',
    {
      stable: pinned(1, { spec: { ports: [aPort()] } }),
      spec: { ports: [aPort()] },
      rollout: turned,
      instances: [old(0, { state: 'exited' }), young(0, { serves: true })],
    },
    ['r1: stop c0-r2, start c0-r1 else start c0-r2'],
  ],
])('stop-first: %s', (_, changes, lanes) => {
  expect(lanesOf(changes)).toEqual(lanes);
});

it.each<[string, RollingChanges, readonly string[]]>([
  [
    'stops what failed, beside an old one that served all along, and keeps it for its logs',
    { rollout: turned, instances: [old(), young()] },
    ['r1: drain c0-r2 2000, stop c0-r2'],
  ],
  [
    'removes what failed and never ran',
    { rollout: turned, instances: [old(), anInstance({ revision: 2, state: 'created' })] },
    ['r1: remove c0-r2'],
  ],
  [
    'makes the old one anew beside what had taken over',
    { rollout: turned, instances: [proved()] },
    ['r1: create 0, start default_web_0_r1'],
  ],
  [
    'lets the old one take over from what had taken over',
    { rollout: turned, instances: [proved(), old(0, { serves: false })] },
    ['r1: join c0-r1, leave c0-r2, drain c0-r2 2000, stop c0-r2'],
  ],
  ['leaves alone what it kept', { rollout: isBack, instances: [old(), kept()] }, []],
  [
    'never starts what it kept, though the one that serves ended',
    { rollout: isBack, instances: [old(0, { state: 'exited' }), kept()] },
    ['r1: start c0-r1'],
  ],
  [
    'never starts what it kept, though the one that serves is being restarted',
    { rollout: isBack, instances: [old(0, { state: 'restarting' }), kept()] },
    [],
  ],
  [
    'never starts what it kept, though the one that serves is gone',
    { rollout: isBack, instances: [kept()] },
    ['r1: create 0 serving, start default_web_0_r1'],
  ],
  [
    'brings what failed back into its network while nothing better is there',
    { rollout: turned, instances: [proved(0, { connected: false, serves: false })] },
    ['r1: create 0 serving, start default_web_0_r1', 'r1: connect c0-r2 serving'],
  ],
  [
    'removes what it kept when another revision has taken over',
    { revision: 3, rollout: { revision: 3 }, instances: [kept(), anInstance({ revision: 3 })] },
    ['r3: stop c0-r2, remove c0-r2'],
  ],
  [
    'removes what it kept in a slot that is wanted no more',
    { rollout: isBack, replicas: 1, instances: [old(), kept(1)] },
    ['r2: stop c1-r2, remove c1-r2'],
  ],
  [
    'knows that what failed is not ready, and puts what proved itself in its place at once',
    {
      replicas: 2,
      rollout: turned,
      ...gated,
      instances: [proved(0), old(1), young(1)],
      health: { 'c0-r2': unready, 'c1-r2': unready },
    },
    ['r1: create 0, start default_web_0_r1', 'r1: drain c1-r2 2000, stop c1-r2'],
  ],
])('rolling back: %s', (_, changes, lanes) => {
  expect(lanesOf(changes)).toEqual(lanes);
});

it('says when the new one will have proved itself', () => {
  const { lanes, dueAt } = plan(aRolling({ instances: [old(), young()] }));
  expect({ lanes, dueAt }).toEqual({ lanes: [], dueAt: lookedAt + 4_000 });
});
