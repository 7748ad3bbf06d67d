/** What a job's slot needs. A run whose end was seen, or whose container vanished after it began, is never run again. */
import type { Instance } from '../runtime.ts';
import type { Action } from './actions.ts';
import { containerName, identityOf } from './identity.ts';
import type { SlotPlan } from './plan-worker.ts';
import { retire } from './service.ts';
import { type Subject, slotMemory, slotOf } from './subject.ts';

/** Runs a slot's run once. */
export function planJobSlot(subject: Subject, slot: number): SlotPlan {
  const memory = slotMemory(subject, slot);
  const revision = subject.desired.revision.number;
  const { current, stale, surplus } = slotOf(subject, slot);
  const old = [...stale, ...surplus].flatMap((instance) =>
    retire(subject, instance, { why: 'a newer revision takes its place', drains: false }),
  );
  const isOver = memory.run !== null && memory.run.outcome !== null;
  const steps = isOver ? [] : stepsOf(subject, slot, current);
  return { lanes: [{ slot, revision, actions: [...old, ...steps], counts: steps.length > 0 }], dueAt: null };
}

function stepsOf(subject: Subject, slot: number, current: Instance | null): Action[] {
  const { fault, run } = slotMemory(subject, slot);
  const begin = (target: string): Action[] => [
    { kind: 'intendRun', slot },
    { kind: 'startInstance', slot, target },
  ];
  const fresh: Action[] = [
    { kind: 'createInstance', slot, serves: true },
    ...begin(containerName(identityOf(subject.desired, slot))),
  ];
  if (current === null) return run === null ? fresh : [];
  switch (current.state) {
    case 'created':
      if (fault === null) return begin(current.id);
      return [{ kind: 'removeInstance', slot, target: current.id, why: 'it could not be started' }, ...fresh];
    case 'paused':
      return [{ kind: 'unpauseInstance', slot, target: current.id }];
    case 'running':
      return current.connected === false
        ? [{ kind: 'connectInstance', slot, target: current.id, serves: true }]
        : [];
    default:
      return [];
  }
}
