/**
 * Decides about the old instances of a slot: when the current one takes over from them, what they give up for it
 * beforehand, and when one of them serves again. Pure; how an instance is taken out of service is decided in
 * service.ts.
 */
import type { RevisionRecord } from '../../deployment/record.ts';
import { orderOf } from '../../deployment/update-order.ts';
import type { Instance } from '../../runtime.ts';
import { containerName, identityOf } from '../identity.ts';
import { hasProved, stillServes, untilProved } from '../judge/readiness.ts';
import type { Slot, Subject } from '../subject.ts';
import type { Action, Lane } from './actions.ts';
import { isServedBesides, isServing, outOfService, type Retiring, retire } from './service.ts';
import { isKept } from './turns.ts';

/** The declared revision, whatever revision the slot is brought to. */
interface DeclaredRevision {
  readonly declared: RevisionRecord;
}

/** Retires the old instances once the current one has proved itself; the current one takes over the traffic first. */
export function takeOver(
  subject: Subject,
  { current, stale }: Slot,
  { declared }: DeclaredRevision,
): { actions: Action[]; dueAt: number | null } {
  const old = stale.filter((one) => !(one.state === 'exited' && isKept(subject, declared, one)));
  const missing = current === null || old.length === 0 ? null : untilProved(subject, current);
  if (current === null || missing === null) return { actions: [], dueAt: null };
  if (missing > 0) return { actions: [], dueAt: subject.now + missing };
  const { slot } = current.identity;
  const joins = current.serves === false && old.some(isServing);
  const join: Action[] = joins ? [{ kind: 'joinService', slot, target: current.id }] : [];
  const why = `revision ${subject.desired.revision.number} has taken over`;
  const gone = old.flatMap((one) =>
    retire(subject, one, { ...endOf(subject, one, { declared, why }), drains: true }),
  );
  return { actions: [...join, ...gone], dueAt: null };
}

/** Retires what an earlier rollout began and did not finish; it is of no use beside an old instance that serves. */
export function leftoverOf(
  subject: Subject,
  { current, stale }: Slot,
  { declared }: DeclaredRevision,
): Action[] {
  if (current !== null && hasProved(subject, current)) return [];
  const [best, ...others] = stale;
  if (!best || !stillServes(subject, best) || best.serves === false) return [];
  return others
    .filter(({ serves }) => serves !== true)
    .flatMap((one) => {
      const why = 'it was not to take over any more';
      return retire(subject, one, { ...endOf(subject, one, { declared, why }), drains: false });
    });
}

/**
 * Revives an old instance that was stopped, or lost its network or its traffic, to serve until the new one has proved
 * itself.
 */
export function revive(subject: Subject, { stale }: Slot): Action[] {
  const [best] = stale.filter((one) => one.state !== 'exited' || hasServed(subject, one));
  if (!best || !startsFirst(subject)) return [];
  const { slot } = best.identity;
  if (best.state === 'exited') return [startOld(best)];
  if (best.state !== 'running') return [];
  if (best.connected === false) return [{ kind: 'connectInstance', slot, target: best.id, serves: true }];
  // It had already left the names when the instance that was to take over ended.
  const hadLeft = best.serves === false && hasProved(subject, best);
  return hadLeft ? [{ kind: 'joinService', slot, target: best.id }] : [];
}

/**
 * The actions for when the new instance cannot be started: an old instance that made way for it, now or before, is
 * started again.
 */
export function bringBack(
  subject: Subject,
  { stale }: Slot,
  blocking: readonly Action[],
): Pick<Lane, 'otherwise'> {
  if (startsFirst(subject)) return {};
  const stopped = new Set(targetsOf(blocking, 'stopInstance'));
  const removed = new Set(targetsOf(blocking, 'removeInstance'));
  const [best] = stale.filter(
    (one) =>
      !removed.has(one.id) && (stopped.has(one.id) || (one.state === 'exited' && hasServed(subject, one))),
  );
  return best ? { otherwise: [startOld(best)] } : {};
}

/**
 * The actions by which an old instance makes way before the new one can be created: it gives up what only one of them
 * can hold, or its container name.
 */
export function makeWay(subject: Subject, old: Instance): Action[] {
  const { slot, revision } = old.identity;
  if (old.containerName === containerName(identityOf(subject.desired, slot))) {
    return retire(subject, old, { why: 'its name belongs to what is declared now', drains: false });
  }
  const occupies = old.state === 'running' || old.state === 'restarting' || old.state === 'paused';
  if (startsFirst(subject) || !occupies) return [];
  const leaves = isServing(old) && isServedBesides(subject, old);
  const { drainDelayMs } = subject.desired.revision.spec.update;
  return [
    ...(leaves ? outOfService(old, drainDelayMs) : []),
    { kind: 'stopInstance', slot, target: old.id, revision, why: 'the newer revision takes its place first' },
  ];
}

/** How an old instance is retired: one of a failed revision is stopped and kept for its logs. */
function endOf(
  subject: Subject,
  one: Instance,
  { declared, why }: { readonly declared: RevisionRecord; readonly why: string },
): Pick<Retiring, 'why' | 'keeps'> {
  const keeps = isKept(subject, declared, one);
  return keeps ? { why: `revision ${declared.number} failed`, keeps } : { why };
}

const startsFirst = ({ desired: { record, revision } }: Subject): boolean =>
  orderOf(revision.spec, record.replicas) === 'start-first';

/** Whether an ended instance is worth starting: not one of a revision that failed, now or in an earlier rollout. */
const hasServed = ({ desired: { stable }, memory }: Subject, { identity }: Instance): boolean =>
  stable === null ? memory.stable === null : identity.specHash === stable.specHash;

/** Starts an old instance with the files of its own revision. */
const startOld = ({ id, identity: { slot, revision } }: Instance): Action => ({
  kind: 'startInstance',
  slot,
  target: id,
  revision,
});

const targetsOf = (actions: readonly Action[], kind: 'stopInstance' | 'removeInstance'): readonly string[] =>
  actions.flatMap((action) => (action.kind === kind ? [action.target] : []));
