/** What a worker's slot needs. Level-triggered: read off what is there, whatever happened before. */

import type { RevisionRecord } from '../../deployment/record.ts';
import { orderOf } from '../../deployment/update-order.ts';
import type { Instance } from '../../runtime.ts';
import { containerName, identityOf } from '../identity.ts';
import { checksOf, hasProved, healthOf, stillServes, untilProved } from '../judge/readiness.ts';
import type { SlotMemory } from '../memory.ts';
import {
  crashLoopAt,
  earliest,
  isUp,
  type Slot,
  type Subject,
  slotMemory,
  slotOf,
  waitsUntil,
} from '../subject.ts';
import type { Action, Aside, Lane } from './actions.ts';
import {
  isServedBesides,
  isServing,
  mayLeave,
  membershipOf,
  outOfService,
  type Retiring,
  retire,
} from './service.ts';
import { isKept, type Turn } from './turns.ts';

/** What a slot needs now, and when it needs a look by itself. */
export interface SlotPlan {
  readonly lanes: readonly Lane[];
  readonly dueAt: number | null;
}

/** What the slots of one deployment plan with in common. */
export interface Together {
  /** The revision that is declared, whatever the slot is brought to. */
  readonly declared: RevisionRecord;
  /** Instances that this plan takes out of service: added to as it is made. */
  readonly leaving: Set<string>;
}

/** So many refused starts of one container, and it is made anew. */
const refusalsAt = 3;

/** Fills a slot: makes, starts or repairs the current instance, and retires the old one once the new one has proved itself. */
export function planWorkerSlot({ slot, subject, isHeld }: Turn, together: Together): SlotPlan {
  if (isHeld) return { lanes: [], dueAt: null };
  const memory = slotMemory(subject, slot);
  const held = slotOf(subject, slot);
  const { current, stale, surplus } = held;
  const revision = subject.desired.revision.number;
  const fill = (actions: readonly Action[]): Lane => ({ slot, revision, actions, counts: true });
  const beside = (aside: Aside, actions: readonly Action[]): Lane => ({
    slot,
    revision,
    actions,
    counts: aside === 'revive',
    aside,
  });
  const tidy = surplus.flatMap((one) =>
    retire(subject, one, { why: 'there is more than one in its slot', drains: false }),
  );
  const leftover = leftoverOf(subject, held, together);
  const blocking = stale.flatMap((instance) => makeWay(subject, instance));
  const repair = repairOf(subject, { slot, held, memory, blocking });
  if (repair.length > 0) {
    const back = bringBack(subject, held, blocking);
    const mending = { ...fill([...tidy, ...blocking, ...repair]), ...back };
    return {
      lanes: [mending, beside('revive', revive(subject, held)), beside('replace', leftover)],
      dueAt: null,
    };
  }
  if (current === null) return { lanes: [beside('tidy', [...tidy, ...leftover])], dueAt: null };
  const unhealthy = restartUnhealthy(subject, current, together);
  if (unhealthy.length > 0) {
    const restart = fill([...tidy, ...unhealthy]);
    // Until it may be restarted it only gets no traffic.
    const meanwhile = waitsUntil(memory, subject.now) === null ? [] : unhealthy.filter(isLeaving);
    return { lanes: [beside('traffic', meanwhile), restart], dueAt: null };
  }
  const replaced = takeOver(subject, held, together);
  const membership = membershipOf(subject, current, together.leaving);
  // It gets traffic before the old one goes.
  const takesOver = replaced.actions.length > 0;
  const words = lastWords(memory, current);
  const reviving = hasProved(subject, current) ? [] : revive(subject, held);
  return {
    lanes: [
      beside('tidy', tidy),
      beside('traffic', [...(takesOver ? [] : membership.actions), ...words]),
      beside('replace', [...(takesOver ? membership.actions : []), ...replaced.actions, ...leftover]),
      beside('revive', reviving),
    ],
    dueAt: earliest(replaced.dueAt, membership.dueAt),
  };
}

const isLeaving = ({ kind }: Action): boolean => kind === 'leaveService';

interface SlotView {
  readonly slot: number;
  readonly held: Slot;
  readonly memory: SlotMemory;
  /** What is done first to those that are in the way. */
  readonly blocking: readonly Action[];
}

/** First match wins: what the current instance of a slot needs to be up. */
function repairOf(
  subject: Subject,
  { slot, held: { current, stale }, memory, blocking }: SlotView,
): Action[] {
  const leaving = stale.filter(({ id }) => blocking.some((one) => 'target' in one && one.target === id));
  const serves = servesAtOnce(subject, leaving);
  const create: Action = { kind: 'createInstance', slot, serves };
  const fresh: Action[] = [create, startOf(slot, containerName(identityOf(subject.desired, slot)))];
  if (current === null) return fresh;
  const target = current.id;
  const again: Action[] = [
    { kind: 'removeInstance', slot, target, why: 'it could not be started' },
    ...fresh,
  ];
  switch (current.state) {
    case 'running':
      if (current.connected !== false) return [];
      return [{ kind: 'connectInstance', slot, target, serves: serves || isBack(subject, current, stale) }];
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
      // Its log goes with it.
      return mustBeRemade(memory)
        ? [{ kind: 'readLastWords', slot, target }, ...again]
        : [startOf(slot, target)];
  }
}

/** Whether what lost its network had proved itself, and nothing else in its slot gets the traffic. */
const isBack = (subject: Subject, lost: Instance, stale: readonly Instance[]): boolean =>
  hasProved(subject, { ...lost, connected: true }) && !stale.some(isServing);

const startOf = (slot: number, target: string): Action => ({ kind: 'startInstance', slot, target });

/** An old instance has the files of its own revision. */
const startOld = ({ id, identity: { slot, revision } }: Instance): Action => ({
  kind: 'startInstance',
  slot,
  target: id,
  revision,
});

/**
 * Whether an ended container is replaced rather than started: at once where its network is gone, otherwise after
 * several refusals. A taken port is no reason: a new container would not get it either.
 */
function mustBeRemade({ fault, failures }: SlotMemory): boolean {
  if (fault === null || fault.passing === true) return false;
  if (fault.networkLost === true) return true;
  const mayHelp = fault.status !== 'network_error' || fault.joinRefused === true;
  return mayHelp && failures >= refusalsAt;
}

/** Where nothing else serves, what has no readiness check gets traffic as soon as it runs. */
function servesAtOnce(subject: Subject, leaving: readonly Instance[]): boolean {
  const waits = subject.desired.revision.spec.healthChecks.some(({ readiness }) => readiness);
  return !waits && !isServedBesides(subject, ...leaving);
}

/** Whether a worker that ended is started again: by the declared policy, for which a signal from outside is a failure. */
export function isStartedAgain({ desired, killed }: Subject, { id, exitCode }: Instance): boolean {
  const { restartPolicy } = desired.revision.spec;
  const hasFailed = exitCode !== 0 || killed.has(id);
  return restartPolicy === 'always' || (restartPolicy === 'on-failure' && hasFailed);
}

const startsFirst = ({ desired: { record, revision } }: Subject): boolean =>
  orderOf(revision.spec, record.replicas) === 'start-first';

/** Whether what ended is worth starting: not what is left of a revision that failed, now or in an earlier rollout. */
const hasServed = ({ desired: { stable }, memory }: Subject, { identity }: Instance): boolean =>
  stable === null ? memory.stable === null : identity.specHash === stable.specHash;

/** While the new one has not proved itself, an old one that was stopped, lost its network or its traffic is what serves. */
function revive(subject: Subject, { stale }: Slot): Action[] {
  const [best] = stale.filter((one) => one.state !== 'exited' || hasServed(subject, one));
  if (!best || !startsFirst(subject)) return [];
  const { slot } = best.identity;
  if (best.state === 'exited') return [startOld(best)];
  if (best.state !== 'running') return [];
  if (best.connected === false) return [{ kind: 'connectInstance', slot, target: best.id, serves: true }];
  // It had left already when what was to take over ended.
  const hadLeft = best.serves === false && hasProved(subject, best);
  return hadLeft ? [{ kind: 'joinService', slot, target: best.id }] : [];
}

/** Retires what the current instance replaces, once that has proved itself: it takes over the traffic first. */
function takeOver(
  subject: Subject,
  { current, stale }: Slot,
  { declared }: Together,
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

/** What an earlier rollout began and did not finish is of no use beside an old one that serves. */
function leftoverOf(subject: Subject, { current, stale }: Slot, { declared }: Together): Action[] {
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

/** How an old instance goes: one of a revision that failed is kept, stopped, for its logs. */
function endOf(
  subject: Subject,
  one: Instance,
  { declared, why }: { readonly declared: RevisionRecord; readonly why: string },
): Pick<Retiring, 'why' | 'keeps'> {
  const keeps = isKept(subject, declared, one);
  return keeps ? { why: `revision ${declared.number} failed`, keeps } : { why };
}

/** An instance whose check asks for it is started again, out of service meanwhile where another serves. */
function restartUnhealthy(subject: Subject, current: Instance, { leaving }: Together): Action[] {
  const { failing } = healthOf(subject, current);
  if (failing === null || !isUp(current) || checksOf(subject, current).length === 0) return [];
  const { slot, revision } = current.identity;
  const leaves = mayLeave(subject, current, leaving);
  const why = `it is not healthy: ${failing}`;
  const { drainDelayMs } = subject.desired.revision.spec.update;
  return [
    ...(leaves ? outOfService(current, drainDelayMs) : []),
    { kind: 'stopInstance', slot, target: current.id, revision, why },
    startOf(slot, current.id),
  ];
}

/** What it wrote last says why it ends again and again; read anew when that has gone on for twice as long. */
function lastWords({ crashes, lastWords: read }: SlotMemory, { id, identity }: Instance): Action[] {
  if (crashes < crashLoopAt - 1) return [];
  if (read && read.instanceId === id && crashes < read.crashes * 2) return [];
  return [{ kind: 'readLastWords', slot: identity.slot, target: id }];
}

/** Where the new one cannot be started, an old one that made way for it, now or before, serves on. */
function bringBack(subject: Subject, { stale }: Slot, blocking: readonly Action[]): Pick<Lane, 'otherwise'> {
  if (startsFirst(subject)) return {};
  const stopped = new Set(targetsOf(blocking, 'stopInstance'));
  const removed = new Set(targetsOf(blocking, 'removeInstance'));
  const [best] = stale.filter(
    (one) =>
      !removed.has(one.id) && (stopped.has(one.id) || (one.state === 'exited' && hasServed(subject, one))),
  );
  return best ? { otherwise: [startOld(best)] } : {};
}

const targetsOf = (actions: readonly Action[], kind: 'stopInstance' | 'removeInstance'): readonly string[] =>
  actions.flatMap((action) => (action.kind === kind ? [action.target] : []));

/** What an old instance must give up before the new one can be made: what only one can hold, or its very name. */
function makeWay(subject: Subject, old: Instance): Action[] {
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
