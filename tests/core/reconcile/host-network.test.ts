/** What differs for a worker on the host's network: it has no network of its own to join or to lose, and no names. */
import { expect, it } from 'vitest';
import { defaultContainer } from '../../../core/container/options.ts';
import { judge } from '../../../core/reconcile/judge/judge.ts';
import { plan } from '../../../core/reconcile/plan/plan.ts';
import type { Subject } from '../../../core/reconcile/subject.ts';
import type { Instance } from '../../../core/runtime.ts';
import { aRolling, lanesInWords, old, pinned, proved, type RollingChanges } from '../../support/rolling.ts';
import { anInstance, aSubject } from '../../support/subjects.ts';

const onHost = { container: { ...defaultContainer, networkMode: 'host' } } as const;
const nowhere = { connected: null, serves: null, address: null };
const theOld = (changes: Partial<Instance> = {}) => ({ ...old(), ...nowhere, ...changes });
const theNew = (changes: Partial<Instance> = {}) => ({ ...proved(), ...nowhere, ...changes });

/** From a revision on the host's network to the next one there. */
const rolling = (changes: RollingChanges): Subject =>
  aRolling({ stable: pinned(1, { spec: onHost }), spec: onHost, ...changes });

const planned = (subject: Subject) => {
  const { prepare } = plan(subject);
  return { prepare, lanes: lanesInWords(plan(subject)) };
};

it('makes sure of no network for what has no use for one', () => {
  const prepared = [{ spec: onHost }, {}].map((changes) => plan(aSubject(changes)).prepare);
  expect(prepared).toEqual([[], [{ kind: 'ensureNetwork', namespace: 'default' }]]);
});

it('is up and running without a place in a network', () => {
  const subject = aSubject({ spec: onHost, instances: [{ ...anInstance(), ...nowhere }] });
  const { status, ready_replicas } = judge(subject, null).view;
  expect([status, ready_replicas, planned(subject)]).toEqual(['running', 1, { prepare: [], lanes: [] }]);
});

it('stops the old one first, for both would want the same ports', () => {
  expect(planned(rolling({ instances: [theOld()] }))).toEqual({
    prepare: [],
    lanes: ['r2: stop c0-r1, create 0 serving, start default_web_0_r2 else start c0-r1'],
  });
});

it('starts the new one first where that was declared, and takes nobody out of service', () => {
  const { update } = rolling({}).desired.revision.spec;
  const spec = { ...onHost, update: { ...update, order: 'start-first' } } as const;
  const shared = (instances: readonly Instance[]) => planned(rolling({ spec, instances })).lanes;
  expect([shared([theOld()]), shared([theOld(), theNew()])]).toEqual([
    ['r2: create 0 serving, start default_web_0_r2'],
    ['r2: stop c0-r1, remove c0-r1'],
  ]);
});

it("takes the names from an old one in the namespace's network, which nobody has after it", () => {
  const left = planned(rolling({ instances: [old(), theNew()], stable: pinned(1) })).lanes;
  expect(left).toEqual(['r2: leave c0-r1, drain c0-r1 2000, stop c0-r1, remove c0-r1']);
});
