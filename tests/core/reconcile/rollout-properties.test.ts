/** What holds of every plan for a worker while it moves between revisions: nobody who is served loses that. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { orderOf } from '../../../core/deployment/update-order.ts';
import { containerName, identityOf } from '../../../core/reconcile/identity.ts';
import { judge } from '../../../core/reconcile/judge/judge.ts';
import { hasProved, healthOf, isServed, stillServes } from '../../../core/reconcile/judge/readiness.ts';
import type { Lane } from '../../../core/reconcile/plan/actions.ts';
import { plan } from '../../../core/reconcile/plan/plan.ts';
import { isUpdated, type Turn, takeTurns, turnsAtOnce } from '../../../core/reconcile/plan/turns.ts';
import { isUp, type Subject, slotOf } from '../../../core/reconcile/subject.ts';
import { survey } from '../../../core/reconcile/survey.ts';
import type { Instance } from '../../../core/runtime.ts';
import { anySubject, step } from '../../support/plan-model.ts';
import { aView } from '../../support/records.ts';

const judged = (subject: Subject): Subject => ({ ...subject, memory: judge(subject, null).memory });

/** A worker that is wanted, as it is judged, and the turns of its slots. */
const always = (holds: (subject: Subject, turns: readonly Turn[]) => void) =>
  fc.assert(
    fc.property(anySubject, (any) => {
      const { record } = any.desired;
      fc.pre(record.kind === 'worker' && record.deletedAt === null);
      const subject = judged(any);
      holds(subject, takeTurns(subject));
    }),
    { numRuns: 1_000 },
  );

const startsFirst = ({ desired: { record, revision } }: Subject): boolean =>
  orderOf(revision.spec, record.replicas) === 'start-first';

const creates = ({ actions }: Lane): boolean => actions.some(({ kind }) => kind === 'createInstance');

it('begins to replace no more at once than its terms allow', () => {
  always((subject, turns) => {
    const { lanes } = plan(subject);
    const isMoving = (turn: Turn): boolean => {
      const { current, stale } = slotOf(turn.subject, turn.slot);
      return (
        turn.isOn &&
        current !== null &&
        !isUpdated(turn.subject, { current, stale }, subject.desired.revision)
      );
    };
    const begun = turns.filter(
      (turn) =>
        turn.isOn &&
        slotOf(turn.subject, turn.slot).current === null &&
        isServed(turn.subject, turn.slot) &&
        lanes.some((lane) => lane.slot === turn.slot && creates(lane)),
    );
    const room = turnsAtOnce(subject) - turns.filter(isMoving).length;
    expect(begun.length).toBeLessThanOrEqual(Math.max(0, room));
  });
});

/** Whether an instance gets traffic and is to go on doing so. */
const serves = (subject: Subject, one: Instance): boolean =>
  one.serves !== false && stillServes(subject, one) && healthOf(subject, one).failing === null;

/** Where a step on an instance stands in a lane; -1: nowhere. */
const stepAt = (
  { actions }: Lane,
  kind: 'stopInstance' | 'joinService',
  target: string | undefined,
): number => actions.findIndex((action) => action.kind === kind && action.target === target);

/** Whether an instance is stopped though nothing in its slot has taken its place by then. */
function isStoppedTooEarly({ slot, subject: seen }: Turn, old: Instance, lanes: readonly Lane[]): boolean {
  const { current, stale } = slotOf(seen, slot);
  const isStopped = ({ id }: Instance) => lanes.some((lane) => stepAt(lane, 'stopInstance', id) >= 0);
  if (!isStopped(old) || stale.some((one) => serves(seen, one) && !isStopped(one))) return false;
  if (current === null || !hasProved(seen, current)) return true;
  if (current.serves !== false) return false;
  return !lanes.some((lane) => {
    const join = stepAt(lane, 'joinService', current.id);
    return join >= 0 && join < stepAt(lane, 'stopInstance', old.id);
  });
}

it('stops none that serves before another in its slot has proved itself and gets its traffic', () => {
  always((subject, turns) => {
    const { lanes } = plan(subject);
    for (const turn of turns.filter(({ subject: seen }) => startsFirst(seen))) {
      const itsName = containerName(identityOf(turn.subject.desired, turn.slot));
      const old = slotOf(turn.subject, turn.slot).stale.filter(
        (one) => serves(turn.subject, one) && one.containerName !== itsName,
      );
      expect(old.filter((one) => isStoppedTooEarly(turn, one, lanes))).toEqual([]);
    }
  });
});

it('takes none out of service, whatever for, unless somebody else gets its traffic', () => {
  always((subject, turns) => {
    if (turns.length === 0 || turns.some(({ subject: seen }) => !startsFirst(seen))) return;
    const names = turns.map(({ slot, subject: seen }) => containerName(identityOf(seen.desired, slot)));
    const byTurn = (one: Instance): Subject =>
      turns.find(({ slot }) => slot === one.identity.slot)?.subject ?? subject;
    const isSafe = (one: Instance): boolean => {
      const current = turns.find(({ slot }) => slot === one.identity.slot);
      const isCurrent = current && one.identity.specHash === current.subject.desired.revision.specHash;
      return (
        one.serves === true && serves(byTurn(one), one) && (isCurrent || !names.includes(one.containerName))
      );
    };
    if (!subject.instances.some(isSafe)) return;
    const { lanes } = plan(subject);
    for (const order of [lanes, [...lanes].reverse()]) {
      let now = subject.instances;
      for (const { actions } of order) {
        for (const action of actions) {
          now = step(subject, now, action);
          expect(now.some((one) => one.serves === true && isUp(one))).toBe(true);
        }
      }
    }
  });
});

it('joins and leaves the service at most once in a plan', () => {
  always((subject) => {
    const moves = plan(subject)
      .lanes.flatMap(({ actions }) => actions)
      .flatMap((action) =>
        action.kind === 'joinService' || action.kind === 'leaveService' ? [action.target] : [],
      );
    expect([...new Set(moves)]).toEqual(moves);
  });
});

it('does nothing to what cannot be seen', () => {
  always(({ desired, memory, now }) => {
    const found = survey({
      desired: [{ ...desired, observation: { view: aView(), memory } }],
      observed: null,
      unseen: { reason: 'gone', lastSeenAt: null },
      now,
      killed: new Set(),
      health: new Map(),
      watchedSince: now,
      atWork: new Map(),
      justEnded: new Set(),
    });
    expect(found.plans).toEqual([]);
    expect(found.recordings.map(({ observation, purge }) => [observation?.memory, purge])).toEqual([
      [memory, false],
    ]);
  });
});
