/** What holds of every plan, whatever was declared, remembered and observed. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { judge } from '../../../../core/reconcile/judge/judge.ts';
import { healthOf } from '../../../../core/reconcile/judge/readiness.ts';
import type { Trouble } from '../../../../core/reconcile/memory.ts';
import { plan } from '../../../../core/reconcile/plan/plan.ts';
import { takeTurns } from '../../../../core/reconcile/plan/turns.ts';
import { earliest, isUp, type Subject, slotOf, wantedSlots } from '../../../../core/reconcile/subject.ts';
import { anySubject, outcomeOf } from '../../../support/plan-model.ts';

/** Judges before it plans, as a tick does. */
const judged = (subject: Subject): Subject => {
  const { memory, runs } = judge(subject, null);
  return { ...subject, memory, desired: { ...subject.desired, runs } };
};
const isJob = ({ desired }: Subject): boolean => desired.record.kind === 'job';
const planned = (subject: Subject) => plan(judged(subject));
const actionsOf = (subject: Subject) => planned(subject).lanes.flatMap(({ actions }) => actions);
const always = (holds: (subject: Subject) => void) =>
  fc.assert(fc.property(anySubject, holds), { numRuns: 500 });

it('names only what is its own', () => {
  always((subject) => {
    const own = new Set(subject.instances.flatMap(({ id, containerName }) => [id, containerName]));
    const made = actionsOf(subject).some(({ kind }) => kind === 'createInstance');
    const foreign = actionsOf(subject).filter(
      (action) => 'target' in action && !own.has(action.target) && !(made && action.kind === 'startInstance'),
    );
    expect(foreign).toEqual([]);
  });
});

it('does not depend on the order in which containers are listed', () => {
  always((subject) => {
    expect(planned({ ...subject, instances: [...subject.instances].reverse() })).toEqual(planned(subject));
  });
});

it('never has more instances than slots and one more for each that is replaced', () => {
  always((subject) => {
    const after = outcomeOf(judged(subject), planned(subject));
    for (const slot of wantedSlots(subject)) {
      const before = subject.instances.filter(({ identity }) => identity.slot === slot).length;
      const now = after.instances.filter(({ identity }) => identity.slot === slot).length;
      expect(now).toBeLessThanOrEqual(Math.max(before, 1) + (before > 0 ? 1 : 0));
    }
  });
});

it('makes nothing for no replicas, and nothing of what is deleted', () => {
  always((subject) => {
    if (isJob(subject) ? subject.desired.record.deletedAt === null : wantedSlots(subject).length > 0) return;
    const kinds = new Set(actionsOf(subject).map(({ kind }) => kind));
    expect([...kinds].filter((kind) => kind !== 'stopInstance' && kind !== 'removeInstance')).toEqual([]);
  });
});

const stoppedBy = (subject: Subject): ReadonlySet<string> =>
  new Set(actionsOf(subject).flatMap((action) => (action.kind === 'stopInstance' ? [action.target] : [])));

it('never stops a current instance that is up and well', () => {
  always((subject) => {
    const stopped = stoppedBy(subject);
    for (const { slot, subject: seen } of takeTurns(judged(subject))) {
      const { current } = slotOf(seen, slot);
      if (current === null || !isUp(current) || healthOf(seen, current).failing !== null) continue;
      expect(stopped).not.toContain(current.id);
    }
  });
});

it('tries nothing before its time', () => {
  always((subject) => {
    const { lanes } = planned(subject);
    const { memory } = judged(subject);
    const isEarly = ({ retryAt }: Trouble) => retryAt !== null && Date.parse(retryAt) > subject.now;
    for (const [slot, one] of Object.entries(memory.slots)) {
      const own = lanes.filter((lane) => lane.slot === Number(slot) && lane.revision === one.revision);
      const fills = own.filter(({ counts, aside }) => counts && aside === undefined);
      if (isEarly(one)) expect(fills).toEqual([]);
      for (const [aside, trouble] of Object.entries(one.asides ?? {})) {
        if (isEarly(trouble)) expect(own.filter((lane) => lane.aside === aside)).toEqual([]);
      }
    }
  });
});

it('comes to an end: its own outcome needs nothing more within some rounds', () => {
  always((subject) => {
    let now: Subject = subject;
    for (let round = 0; round < 60; round += 1) {
      const { dueAt } = judge(now, null);
      const next = judged(now);
      const steps = plan(next);
      const due = earliest(steps.dueAt, dueAt);
      if (steps.lanes.length === 0 && !steps.resolveImage && due === null) break;
      now = outcomeOf(next, steps, due);
    }
    const rest = planned(now);
    expect({ lanes: rest.lanes, resolveImage: rest.resolveImage, dueAt: rest.dueAt }).toEqual({
      lanes: [],
      resolveImage: false,
      dueAt: null,
    });
  });
});

it('is judged running only where every slot has an instance that is up', () => {
  always((subject) => {
    if (isJob(subject) || judge(subject, null).view.status !== 'running') return;
    for (const slot of wantedSlots(subject)) {
      const { current, stale } = slotOf(subject, slot);
      expect([current, ...stale].some((one) => one !== null && isUp(one))).toBe(true);
    }
  });
});

it('is judged the same when it is judged again', () => {
  always((subject) => {
    // A rollout may fail in one look, turn back in the next and find itself turned back in the one after.
    const looks = [1, 2, 3];
    const seen = looks.reduce(judged, subject);
    const first = judge(seen, null);
    const again = judge(judged(seen), first.view);
    expect({ view: again.view, memory: again.memory, events: again.events }).toEqual({
      view: first.view,
      memory: first.memory,
      events: [],
    });
  });
});
