/** An ended container whose start was refused: when it is started again, and when it is replaced. */
import { expect, it } from 'vitest';
import type { Fault } from '../../../../core/reconcile/memory.ts';
import { plan } from '../../../../core/reconcile/plan/plan.ts';
import { anInstance, aRefusedSlot, aSubject } from '../../../support/subjects.ts';

const kindsAfter = (failures: number, changes: Partial<Fault>): readonly string[] => {
  const fault: Fault = { status: 'network_error', reason: 'refused', ...changes };
  const slots = [aRefusedSlot({ failures, fault })];
  const { lanes } = plan(aSubject({ instances: [anInstance({ state: 'exited' })], slots }));
  return lanes.flatMap(({ actions }) => actions.map(({ kind }) => kind));
};

const started = ['startInstance'];
const replaced = ['readLastWords', 'removeInstance', 'createInstance', 'startInstance'];

it('is replaced at once where its network is gone', () => {
  expect(kindsAfter(1, { networkLost: true })).toEqual(replaced);
});

it('is started again after a refused place in its network, and replaced after three', () => {
  expect(kindsAfter(1, { joinRefused: true })).toEqual(started);
  expect(kindsAfter(2, { joinRefused: true })).toEqual(started);
  expect(kindsAfter(3, { joinRefused: true })).toEqual(replaced);
});

it('is started again however often its port was taken', () => {
  expect(kindsAfter(9, {})).toEqual(started);
});
