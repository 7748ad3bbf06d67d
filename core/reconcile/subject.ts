/**
 * Defines everything that judging and planning one deployment depends on, and the questions that both ask of it; pure
 * data, no clock. The answers are used in judge and plan.
 */
import type { RevisionRecord } from '../deployment/record.ts';
import type { Health } from '../health/check.ts';
import type { Desired } from '../ports.ts';
import type { Timekeeping } from '../run/schedule.ts';
import type { Instance } from '../runtime.ts';
import type { Hold } from './gate/hold.ts';
import { type Asides, type Memory, noTrouble, type SlotMemory, type Trouble } from './memory.ts';

/** A deployment as it is planned: `revision` is the revision that is wanted, which need not be the declared one. */
export interface Wanted extends Desired {
  /** The declared revision, if another one is wanted. */
  readonly declared?: RevisionRecord;
}

/** One deployment as declared, remembered and observed, at one instant. */
export interface Subject {
  readonly desired: Wanted;
  readonly memory: Memory;
  /** The deployment's containers, of every slot and revision. */
  readonly instances: readonly Instance[];
  /** The instant, ms since 1970. */
  readonly now: number;
  /** Containers that were seen to be sent a signal by somebody other than Ring. */
  readonly killed: ReadonlySet<string>;
  /** Slots on which work is in flight: nothing is planned for them. */
  readonly atWork: ReadonlySet<number>;
  /** The results of health checks, by container id. */
  readonly health: ReadonlyMap<string, Health>;
  /** Since when the engine has been observed without a gap, ms since 1970: no deadline ran before. */
  readonly watchedSince: number;
  /** Why no new instances may be created; missing or null: they may. */
  readonly hold?: Hold | null;
  /** What evaluating schedules needs; missing: no schedule is evaluated. */
  readonly timekeeping?: Timekeeping | undefined;
  /** How long after their end runs are kept, ms; missing: as long as the history has room. */
  readonly historyAgeMs?: number | undefined;
}

/** The revision with this number, if it is one of those loaded. */
export const revisionNumbered = (
  { revision, stable, declared, older }: Wanted,
  number: number,
): RevisionRecord | undefined =>
  [revision, stable, declared, ...older].find((one) => one?.number === number) ?? undefined;

/** Orders instances by slot, and within a slot always in the same order. */
export const inOrder = (one: Instance, other: Instance): number =>
  one.identity.slot - other.identity.slot || (one.id < other.id ? -1 : 1);

/** How long an instance must stay up before Ring's own backoff is cleared, ms. */
export const settledMs = 10_000;
/** How long an instance must stay up before it no longer counts as crash-looping, ms. */
export const healedMs = 60_000;
/** The number of consecutive ends that make a crash loop. */
export const crashLoopAt = 3;

/** Whether this deployment is to be taken down. */
export const isDeleted = ({ desired }: Subject): boolean => desired.record.deletedAt !== null;

/** The slots that are to stay filled, in order. None for a job, whose parts end: see run-parts.ts. */
export const wantedSlots = (subject: Subject): readonly number[] =>
  isDeleted(subject) || subject.desired.record.kind === 'job'
    ? []
    : Array.from({ length: subject.desired.record.replicas }, (_, slot) => slot);

/** The instances in slots that are no longer wanted; of a deleted deployment, all instances. */
export function unwanted(subject: Subject): readonly Instance[] {
  const wanted = isDeleted(subject) ? 0 : subject.desired.record.replicas;
  return subject.instances.filter(({ identity }) => identity.slot >= wanted);
}

/**
 * Whether an instance runs the wanted revision. Decided by the hash of the spec, a label, and never by a deep
 * comparison.
 */
export const isCurrent = ({ desired }: Subject, { identity }: Instance): boolean =>
  identity.specHash === desired.revision.specHash;

/** Whether an instance is up: it runs and is in its network. */
export const isUp = ({ state, connected }: Instance): boolean => state === 'running' && connected !== false;

/** How long an instance has been up, ms; 0 if it is not. */
export const upFor = (instance: Instance, now: number): number =>
  isUp(instance) && instance.startedAt !== null ? Math.max(0, now - instance.startedAt) : 0;

/** The instances of a slot: the one to keep, those that it replaces, and the surplus. */
export interface Slot {
  readonly current: Instance | null;
  /** Instances of other specs, those that serve first. */
  readonly stale: readonly Instance[];
  /** Instances of the wanted spec other than the one to keep. */
  readonly surplus: readonly Instance[];
}

/**
 * Sorts the instances of a slot: of several current ones the one furthest along is kept, always with the same choice.
 */
export function slotOf(subject: Subject, slot: number): Slot {
  const here = subject.instances.filter(({ identity }) => identity.slot === slot).sort(furthestFirst);
  const [current = null, ...surplus] = here.filter((instance) => isCurrent(subject, instance));
  return { current, surplus, stale: here.filter((instance) => !isCurrent(subject, instance)) };
}

const progress: { readonly [State in Instance['state']]: number } = {
  running: 0,
  restarting: 1,
  paused: 2,
  exited: 3,
  created: 4,
  dead: 5,
  removing: 6,
};

/** Orders instances that fill the same place, the one furthest along first, always with the same result. */
export const furthestFirst = (a: Instance, b: Instance): number =>
  progress[a.state] - progress[b.state] ||
  Number(isUp(b)) - Number(isUp(a)) ||
  Number(b.serves === true) - Number(a.serves === true) ||
  b.identity.revision - a.identity.revision ||
  (a.id < b.id ? -1 : 1);

/** The same deployment with another of its revisions as the wanted one. */
export const atRevision = <Seen extends Pick<Subject, 'desired'>>(
  subject: Seen,
  revision: RevisionRecord,
): Seen => {
  const { desired } = subject;
  if (revision === desired.revision) return subject;
  return { ...subject, desired: { ...desired, revision, declared: desired.declared ?? desired.revision } };
};

/** The memory of a slot at the wanted revision; a new revision starts over. */
export function slotMemory(
  { memory, desired }: Pick<Subject, 'memory' | 'desired'>,
  slot: number,
): SlotMemory {
  const remembered = memory.slots[slot];
  return remembered?.revision === desired.revision.number
    ? remembered
    : freshSlot(desired.revision.number, remembered);
}

/** The memory of a slot with these asides; without any, the field is left out. */
export function withAsides({ asides: _, ...slot }: SlotMemory, asides: Asides): SlotMemory {
  return Object.keys(asides).length === 0 ? slot : { ...slot, asides };
}

/**
 * The memory of a slot at a new revision. What was last seen of a container still applies: its restarts so far do not
 * count for the new revision.
 */
const freshSlot = (revision: number, remembered: SlotMemory | undefined): SlotMemory => ({
  ...noTrouble,
  revision,
  instanceId: remembered?.instanceId ?? null,
  restartCount: remembered?.restartCount ?? 0,
  leftAt: remembered?.leftAt ?? null,
  crashes: 0,
  restarts: 0,
  run: null,
  lastWords: null,
  ...(remembered ? { cameFrom: remembered.revision } : {}),
});

/** The trouble of resolving the wanted revision's image; none once it is resolved. */
export const imageTrouble = ({ memory, desired }: Pick<Subject, 'memory' | 'desired'>): Trouble =>
  desired.revision.pin === null && memory.image.revision === desired.revision.number
    ? memory.image
    : noTrouble;

/** When the wait of a trouble ends, ms since 1970; null if it has ended, or there is none. */
export function waitsUntil({ retryAt }: Trouble, now: number): number | null {
  const until = retryAt === null ? null : Date.parse(retryAt);
  return until !== null && until > now ? until : null;
}

/** The earliest of some instants; null if there is none. */
export const earliest = (...instants: readonly (number | null)[]): number | null =>
  instants.reduce<number | null>(
    (least, at) => (at !== null && (least === null || at < least) ? at : least),
    null,
  );
