/** What a worker's slot needs. Level-triggered: read off what is there, whatever happened before. */
import type { Instance } from '../runtime.ts';
import type { Action, Lane } from './actions.ts';
import { containerName, identityOf } from './identity.ts';
import type { SlotMemory } from './memory.ts';
import { isUp, minHealthyMs, type Slot, type Subject, slotMemory, slotOf, upFor } from './subject.ts';

/** What a slot needs now, and when it needs a look by itself. */
export interface SlotPlan {
  readonly lanes: readonly Lane[];
  readonly dueAt: number | null;
}

/** Fills a slot: makes, starts or repairs the current instance, and retires the old one once the new one has held. */
export function planWorkerSlot(subject: Subject, slot: number): SlotPlan {
  const memory = slotMemory(subject, slot);
  const { current, stale, surplus } = slotOf(subject, slot);
  const tidy = surplus.flatMap((instance) => retire(instance, 'there is more than one in its slot'));
  const repair = repairOf(subject, { slot, current, memory });
  if (repair.length > 0) {
    const blocking = stale.flatMap((instance) => makeWay(subject, instance));
    const beside = blocking.length > 0 ? [] : [{ slot, actions: revive(stale), counts: true }];
    return {
      lanes: [
        { slot, actions: [...tidy, ...blocking, ...repair], ...bringBack(blocking), counts: true },
        ...beside,
      ],
      dueAt: null,
    };
  }
  const replaced = retireStale(subject, { current, stale, surplus });
  return { lanes: [{ slot, actions: [...tidy, ...replaced.actions], counts: false }], dueAt: replaced.dueAt };
}

/** Stops and removes an instance. */
export const retire = ({ id, identity, state }: Instance, why: string): Action[] => {
  if (state === 'removing') return [];
  const { slot } = identity;
  const stop: Action = { kind: 'stopInstance', slot, target: id, why };
  const remove: Action = { kind: 'removeInstance', slot, target: id, why };
  return state === 'created' || state === 'dead' ? [remove] : [stop, remove];
};

interface SlotView {
  readonly slot: number;
  readonly current: Instance | null;
  readonly memory: SlotMemory;
}

/** First match wins: what the current instance of a slot needs to be up. */
function repairOf(subject: Subject, { slot, current, memory }: SlotView): Action[] {
  const create: Action = { kind: 'createInstance', slot };
  const fresh: Action[] = [create, startOf(slot, containerName(identityOf(subject.desired, slot)))];
  if (current === null) return fresh;
  const target = current.id;
  const again: Action[] = [
    { kind: 'removeInstance', slot, target, why: 'it could not be started' },
    ...fresh,
  ];
  switch (current.state) {
    case 'running':
      return current.connected === false ? [{ kind: 'connectInstance', slot, target }] : [];
    case 'restarting':
    case 'removing':
      return [];
    case 'paused':
      return [{ kind: 'unpauseInstance', slot, target }];
    case 'created':
      return memory.fault === null ? [startOf(slot, target)] : again;
    case 'dead':
      return again;
    case 'exited':
      if (!isStartedAgain(subject, current)) return [];
      return memory.fault?.status === 'network_error' ? again : [startOf(slot, target)];
  }
}

const startOf = (slot: number, target: string): Action => ({ kind: 'startInstance', slot, target });

/** Whether a worker that ended is started again: by the declared policy. */
export function isStartedAgain({ desired }: Subject, { exitCode }: Instance): boolean {
  const { restartPolicy } = desired.revision.spec;
  return restartPolicy === 'always' || (restartPolicy === 'on-failure' && exitCode !== 0);
}

/** While the new one is not up, an old one that the engine gave up on is started again: it is what serves. */
function revive([best]: readonly Instance[]): Action[] {
  return best?.state === 'exited' ? [startOf(best.identity.slot, best.id)] : [];
}

/** Retires what the current instance replaces, once that has been up for long enough. */
function retireStale(
  { now }: Subject,
  { current, stale }: Slot,
): { actions: Action[]; dueAt: number | null } {
  if (current === null || stale.length === 0 || !isUp(current)) return { actions: [], dueAt: null };
  const missing = minHealthyMs - upFor(current, now);
  if (missing > 0) return { actions: [], dueAt: now + missing };
  return {
    actions: stale.flatMap((instance) => retire(instance, 'a newer revision has taken over')),
    dueAt: null,
  };
}

/** Where the new one cannot be started, an old one that only made way for it serves on. */
function bringBack(blocking: readonly Action[]): Pick<Lane, 'otherwise'> {
  const removed = new Set(
    blocking.map((action) => (action.kind === 'removeInstance' ? action.target : null)),
  );
  const otherwise = blocking.flatMap((action) =>
    action.kind === 'stopInstance' && !removed.has(action.target)
      ? [startOf(action.slot, action.target)]
      : [],
  );
  return otherwise.length > 0 ? { otherwise } : {};
}

/** What an old instance must give up before the new one can be made: its host port, or its very name. */
function makeWay({ desired }: Subject, old: Instance): Action[] {
  if (old.containerName === containerName(identityOf(desired, old.identity.slot))) {
    return retire(old, 'its name belongs to what is declared now');
  }
  const occupies = old.state === 'running' || old.state === 'restarting' || old.state === 'paused';
  if (desired.revision.spec.ports.length === 0 || !occupies) return [];
  const why = 'the newer revision needs its host port';
  return [{ kind: 'stopInstance', slot: old.identity.slot, target: old.id, why }];
}
