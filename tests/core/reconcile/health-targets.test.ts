/** Whose health is watched, and by which checks. */
import { expect, it } from 'vitest';
import { targetsOf } from '../../../core/reconcile/health-targets.ts';
import type { Subject } from '../../../core/reconcile/subject.ts';
import { anHttpCheck, aTarget } from '../../support/health.ts';
import { aView } from '../../support/records.ts';
import { aRolling, old, pinned, proved, type RollingChanges } from '../../support/rolling.ts';
import { anInstance, lookedAt } from '../../support/subjects.ts';

const checkedBy = (path: string) => ({ healthChecks: [anHttpCheck({ path })] });

/** Its revisions are checked by `/1` and `/2`. */
const rolling = (changes: RollingChanges): Subject =>
  aRolling({ stable: pinned(1, { spec: checkedBy('/1') }), spec: checkedBy('/2'), ...changes });

const targetsIn = ({ desired, memory, instances }: Subject) => {
  const observation = { view: aView(), memory };
  return targetsOf([{ ...desired, observation }], new Map([[desired.record.uid, instances]]));
};

/** Which instance is checked by which paths. */
const pathsOf = (changes: RollingChanges): Readonly<Record<string, readonly string[]>> =>
  Object.fromEntries(
    targetsIn(rolling(changes)).map(({ instanceId, checks }) => [
      instanceId,
      checks.map((check) => (check.type === 'http' ? check.path : check.type)),
    ]),
  );

const turned = { state: 'rolling_back' } as const;

it.each<[string, RollingChanges, Readonly<Record<string, readonly string[]>>]>([
  [
    'each by the checks of the revision that it runs',
    { instances: [old(), proved()] },
    { 'c0-r1': ['/1'], 'c0-r2': ['/2'] },
  ],
  [
    'each by the checks of the revision that it runs, also where one failed and is rolled back',
    { rollout: turned, instances: [old(), proved()] },
    { 'c0-r1': ['/1'], 'c0-r2': ['/2'] },
  ],
  [
    'all by the checks that are declared where nothing else was changed',
    { specHash: 'hash-1', instances: [old(0), old(1)] },
    { 'c0-r1': ['/2'], 'c1-r1': ['/2'] },
  ],
  [
    'none whose revision has no checks',
    { spec: { healthChecks: [] }, instances: [old(), proved()] },
    { 'c0-r1': ['/1'] },
  ],
  ['none whose revision is forgotten', { revision: 3, instances: [old(), proved()] }, { 'c0-r1': ['/1'] }],
  [
    'none that is not up',
    {
      instances: [
        old(0, { state: 'exited' }),
        old(1, { state: 'restarting' }),
        old(2, { connected: false }),
        anInstance({ slot: 3, state: 'created' }),
      ],
    },
    {},
  ],
  ['what needs no network', { instances: [old(0, { connected: null, serves: null })] }, { 'c0-r1': ['/1'] }],
  ['none of what is deleted', { deletedAt: '2024-01-15T10:30:00Z', instances: [old()] }, {}],
])('watches %s', (_, changes, paths) => {
  expect(pathsOf(changes)).toEqual(paths);
});

it('says all that is needed to ask an instance', () => {
  expect(targetsIn(rolling({ instances: [old(0, { address: '10.201.0.9' })] }))).toEqual([
    aTarget({
      uid: 'uid-web',
      name: 'web',
      slot: 0,
      instanceId: 'c0-r1',
      containerName: 'default_web_0_r1',
      address: '10.201.0.9',
      startedAt: lookedAt - 3_600_000,
      checks: [anHttpCheck({ path: '/1' })],
    }),
  ]);
});

it('asks what is on the network of the host at the address at which the host answers itself', () => {
  const onHost = old(0, { connected: null, serves: null, address: null });
  expect(targetsIn(rolling({ instances: [onHost] })).map(({ address }) => address)).toEqual(['127.0.0.1']);
});

it('watches the first revision before anything is remembered', () => {
  const { desired, instances } = aRolling({
    stable: null,
    revision: 1,
    spec: checkedBy('/1'),
    instances: [old()],
  });
  const targets = targetsOf([desired], new Map([['uid-web', instances]]));
  expect(targets.map(({ instanceId }) => instanceId)).toEqual(['c0-r1']);
});

it('watches nothing of what nothing is seen of', () => {
  expect(targetsOf([rolling({}).desired], new Map())).toEqual([]);
});
