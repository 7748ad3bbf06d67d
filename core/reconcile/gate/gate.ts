/**
 * Decides what being held means for one deployment: it creates no instances and pulls nothing, while its running
 * instances continue and are healed; once let in, it stays so for the same spec, but additional replicas, and each run
 * of a job, have to be let in again. Pure; which deployments are held is decided in holds.ts.
 */
import type { EventReason, NewEvent } from '../../event/event.ts';
import type { Desired } from '../../ports.ts';
import { isOver, runOfSlot, runSlot } from '../../run/run.ts';
import type { GateMemory, Memory } from '../memory.ts';
import { targetOf } from '../plan/turns.ts';
import type { Subject } from '../subject.ts';

/** The text of `waitsFor` in a hold for memory. */
export const forMemory = 'memory';

/** The part of a deployment's state that its gate depends on. */
export type Gated = Pick<Subject, 'desired' | 'memory' | 'instances'>;

/** The first slot that was not let in yet; null: all wanted slots were. */
export function shutFrom(gated: Gated): number | null {
  const open = openOf(gated);
  const { kind, replicas } = gated.desired.record;
  const wanted =
    kind === 'job' ? Math.max(0, ...firstSlots(gated.desired).map((slot) => slot + 1)) : replicas;
  return open < wanted ? open : null;
}

/** The first slots of the runs that are not over. */
const firstSlots = ({ runs }: Pick<Desired, 'runs'>): readonly number[] =>
  runs.filter((run) => !isOver(run)).map(({ number }) => runSlot(number, 0));

/** The bound below which all slots were let in, by what is remembered and by the instances that exist. */
export function openOf(gated: Gated): number {
  const { desired, memory, instances } = gated;
  const { gate } = memory;
  if (desired.record.kind === 'job') {
    const begun = desired.runs.filter(({ result }) => result.startedAt !== null).map(({ number }) => number);
    const there = instances.map(({ identity }) => runOfSlot(identity.slot).run);
    return Math.max(gate?.open ?? 0, ...[...begun, ...there].map((number) => runSlot(number + 1, 0)));
  }
  const { specHash } = targetOf(gated);
  const there = instances.filter(({ identity }) => identity.specHash === specHash);
  const remembered = gate?.specHash === specHash ? gate.open : 0;
  return Math.max(remembered, ...there.map(({ identity }) => identity.slot + 1));
}

/** Whether the deployment has conditions to be let in: dependencies or a memory request. */
export const isAsked = (gated: Pick<Subject, 'desired' | 'memory'>): boolean => {
  const { dependsOn, requests } = targetOf(gated).spec;
  return dependsOn.length > 0 || requests.memoryBytes !== null;
};

/** The memory after a deployment was held or let in, and the events that report the change. */
export function passGate(subject: Subject): {
  readonly memory: Memory;
  readonly events: readonly NewEvent[];
} {
  const { memory, hold = null } = subject;
  const before = memory.gate ?? null;
  if (subject.desired.record.deletedAt !== null || (before === null && hold === null && !isAsked(subject))) {
    return { memory, events: [] };
  }
  const gate: GateMemory = {
    ...(hold === null ? letIn(subject) : (before ?? { specHash: null, open: 0 })),
    waitsFor: hold?.waitsFor ?? null,
  };
  const events = eventsOf(subject, before?.waitsFor ?? null);
  const wasHeld = before !== null && before.waitsFor !== null;
  const { rollout } = memory;
  if (hold !== null || !wasHeld || rollout?.state !== 'in_progress') {
    return { memory: { ...memory, gate }, events };
  }
  // The deadline of the rollout did not run while the deployment was held.
  const progressAt = new Date(subject.now).toISOString();
  return { memory: { ...memory, gate, rollout: { ...rollout, progressAt } }, events };
}

function letIn(subject: Subject): Omit<GateMemory, 'waitsFor'> {
  const { record, runs } = subject.desired;
  if (record.kind !== 'job') return { specHash: targetOf(subject).specHash, open: record.replicas };
  const newest = Math.max(0, ...runs.map(({ number }) => number));
  return { specHash: null, open: Math.max(subject.memory.gate?.open ?? 0, runSlot(newest + 1, 0)) };
}

function eventsOf(subject: Subject, before: string | null): readonly NewEvent[] {
  const { hold = null } = subject;
  const after = hold?.waitsFor ?? null;
  if (before === after) return [];
  const events: NewEvent[] = [];
  if (before !== null && before !== forMemory && (after === null || after === forMemory)) {
    events.push(tell(subject, 'DependencyMet', `It need not wait any more for ${before}`));
  }
  if (hold !== null) {
    const reason = after === forMemory ? 'InsufficientResources' : 'DependencyWaiting';
    events.push(tell(subject, reason, `Nothing is made of it yet: it ${hold.reason}`));
  }
  return events;
}

const tell = ({ desired, now }: Subject, reason: EventReason, message: string): NewEvent => ({
  uid: desired.record.uid,
  at: new Date(now).toISOString(),
  level: reason === 'InsufficientResources' ? 'warning' : 'info',
  component: 'scheduler',
  reason,
  message,
});
