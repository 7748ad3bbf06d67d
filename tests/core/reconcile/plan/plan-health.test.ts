/** What follows from health and from ends in a row, row by row: traffic, restarts, stand-ins and last words. */
import { expect, it } from 'vitest';
import { plan } from '../../../../core/reconcile/plan/plan.ts';
import { aSlot } from '../../../support/records.ts';
import {
  aRolling,
  failing,
  lanesInWords,
  old,
  type RollingChanges,
  readinessCheck,
  ready,
  unready,
} from '../../../support/rolling.ts';
import { aFault, anInstance, aRefusedSlot, later, lookedAt } from '../../../support/subjects.ts';

/** `web` at its first revision, which proved itself and whose replicas say whether they are ready. */
const steady = ({ spec, ...changes }: RollingChanges): RollingChanges => ({
  revision: 1,
  rollout: { state: 'completed', revision: 1 },
  spec: { healthChecks: [readinessCheck], ...spec },
  ...changes,
});
const lanesOf = (changes: RollingChanges) => lanesInWords(plan(aRolling(steady(changes))));

const out = (slot: number) => old(slot, { serves: false });
const restarts = 'r1: stop c0-r1, start c0-r1';

it.each<[string, RollingChanges, readonly string[]]>([
  ['lets in what is ready', { instances: [out(0)], health: { 'c0-r1': ready } }, ['r1: join c0-r1']],
  ['does not let in what is not ready', { instances: [out(0)], health: { 'c0-r1': unready } }, []],
  ['does not let in what has not said anything yet', { instances: [out(0)] }, []],
  [
    'lets in at once what has no check for it, where nobody serves',
    { spec: { healthChecks: [] }, instances: [old(0, { serves: false, upMs: 1 })] },
    ['r1: join c0-r1'],
  ],
  [
    'lets in what has no check for it once it was up for long enough, where another serves',
    {
      spec: { healthChecks: [] },
      replicas: 3,
      instances: [old(0, { serves: false, upMs: 5_000 }), old(1), old(2, { serves: false, upMs: 4_999 })],
    },
    ['r1: join c0-r1'],
  ],
  [
    'takes out of service what is not ready, where another serves',
    { replicas: 2, instances: [old(0), old(1)], health: { 'c0-r1': unready, 'c1-r1': ready } },
    ['r1: leave c0-r1'],
  ],
  [
    'leaves nobody out for whom only a slot at work would serve on: that one may be leaving',
    { replicas: 2, instances: [old(0), old(1)], health: { 'c0-r1': unready, 'c1-r1': ready }, atWork: [1] },
    [],
  ],
  [
    'leaves in service what is not ready where nobody else serves',
    { instances: [old(0)], health: { 'c0-r1': unready } },
    [],
  ],
  [
    'leaves one of two in service that are both not ready',
    { replicas: 2, instances: [old(0), old(1)], health: { 'c0-r1': unready, 'c1-r1': unready } },
    ['r1: leave c0-r1'],
  ],
  [
    'leaves one of two in service that are both to be restarted',
    { replicas: 2, instances: [old(0), old(1)], health: { 'c0-r1': failing, 'c1-r1': failing } },
    ['r1: leave c0-r1, drain c0-r1 2000, stop c0-r1, start c0-r1', 'r1: stop c1-r1, start c1-r1'],
  ],
  [
    'restarts what is not healthy, out of service meanwhile',
    { replicas: 2, instances: [old(0), old(1)], health: { 'c0-r1': failing, 'c1-r1': ready } },
    ['r1: leave c0-r1, drain c0-r1 2000, stop c0-r1, start c0-r1'],
  ],
  [
    'restarts what is not healthy and alone',
    { instances: [old(0)], health: { 'c0-r1': failing } },
    [restarts],
  ],
  [
    'takes out of service what it may not restart yet',
    {
      replicas: 2,
      instances: [old(0), old(1)],
      slots: [aSlot({ failures: 4, retryAt: later(3_000) })],
      health: { 'c0-r1': failing, 'c1-r1': ready },
    },
    ['r1: leave c0-r1'],
  ],
  [
    'does not restart what is not up',
    { instances: [old(0, { state: 'restarting' })], health: { 'c0-r1': failing } },
    [],
  ],
])('%s', (_, changes, lanes) => {
  expect(lanesOf(changes)).toEqual(lanes);
});

it('says when it may restart what is not healthy', () => {
  const slots = [aSlot({ failures: 4, retryAt: later(3_000) })];
  const { lanes, dueAt } = plan(
    aRolling(steady({ instances: [old(0)], slots, health: { 'c0-r1': failing } })),
  );
  expect({ lanes, dueAt }).toEqual({ lanes: [], dueAt: lookedAt + 3_000 });
});

const alone = { spec: { healthChecks: [] } };
const goes = (slot: number) =>
  `r1: leave c${slot}-r1, drain c${slot}-r1 2000, stop c${slot}-r1, remove c${slot}-r1`;

it.each<[string, RollingChanges, readonly string[]]>([
  ['takes what is too many out of service first', { ...alone, instances: [old(0), old(1)] }, [goes(1)]],
  [
    'keeps what is too many in the place of one that is wanted and serves nobody',
    { ...alone, instances: [old(0, { state: 'restarting' }), old(1), old(2)] },
    [goes(2)],
  ],
  [
    'keeps what is too many until the one that is wanted gets its traffic',
    { ...alone, instances: [old(0, { serves: false, upMs: 1 }), old(1)] },
    [],
  ],
  [
    'keeps as many as are missing',
    {
      ...alone,
      replicas: 2,
      instances: [old(0, { state: 'restarting' }), old(1, { state: 'restarting' }), old(2), old(3), old(4)],
    },
    [goes(4)],
  ],
  [
    'keeps none in the place of another that does not serve either',
    {
      ...alone,
      instances: [old(0, { state: 'restarting' }), old(1, { restartCount: 5, upMs: 100 })],
    },
    ['r1: stop c1-r1, remove c1-r1'],
  ],
  [
    'drains nothing where nothing is left to serve',
    { ...alone, replicas: 0, instances: [old(0)] },
    ['r1: stop c0-r1, remove c0-r1'],
  ],
])('scaled down: %s', (_, changes, lanes) => {
  expect(lanesOf(changes)).toEqual(lanes);
});

const ends = old(0, { state: 'restarting' });
const lastWords = (crashes: number) => ({ instanceId: 'c0-r1', crashes, lines: ['bye'] });
const reads = ['r1: readLastWords c0-r1'];

it.each<[string, RollingChanges, readonly string[]]>([
  ['nothing after one end', { instances: [ends], slots: [aSlot({ crashes: 1 })] }, []],
  ['what it wrote after two ends', { instances: [ends], slots: [aSlot({ crashes: 2 })] }, reads],
  [
    'nothing again at the next ends',
    { instances: [ends], slots: [aSlot({ crashes: 3, lastWords: lastWords(2) })] },
    [],
  ],
  [
    'what it wrote after twice as many ends',
    { instances: [ends], slots: [aSlot({ crashes: 4, lastWords: lastWords(2) })] },
    reads,
  ],
  [
    'what another container wrote',
    {
      instances: [anInstance({ ...ends, id: 'other' })],
      slots: [aSlot({ crashes: 3, lastWords: lastWords(2) })],
    },
    ['r1: readLastWords other'],
  ],
])('reads %s', (_, changes, lanes) => {
  expect(lanesOf({ ...alone, ...changes })).toEqual(lanes);
});

const ended = old(0, { state: 'exited' });
const anew = ['r1: readLastWords c0-r1, remove c0-r1, create 0 serving, start default_web_0_r1'];

it.each<[string, RollingChanges, readonly string[]]>([
  [
    'again after two refused starts',
    { instances: [ended], slots: [aRefusedSlot({ failures: 2 })] },
    ['r1: start c0-r1'],
  ],
  ['anew after three refused starts', { instances: [ended], slots: [aRefusedSlot({ failures: 3 })] }, anew],
  [
    'anew where its network is gone',
    {
      instances: [ended],
      slots: [aRefusedSlot({ fault: aFault({ status: 'network_error', networkLost: true }) })],
    },
    anew,
  ],
  [
    'again after many starts that went well',
    { instances: [ended], slots: [aSlot({ failures: 9 })] },
    ['r1: start c0-r1'],
  ],
])('starts what ended %s', (_, changes, lanes) => {
  expect(lanesOf({ ...alone, ...changes })).toEqual(lanes);
});
