/** All that judging and planning one deployment looks at, and the questions both ask of it. Pure data, no clock. */
import type { RevisionRecord } from '../deployment/record.ts';
import type { Health } from '../health/check.ts';
import type { Desired } from '../ports.ts';
import type { Timekeeping } from '../run/schedule.ts';
import type { Instance } from '../runtime.ts';
import type { Hold } from './gate/hold.ts';
import { type Asides, type Memory, noTrouble, type SlotMemory, type Trouble } from './memory.ts';

/** A deployment as it is planned: of its revisions, `revision` is the one that is wanted where it is looked at. */
export interface Wanted extends Desired {
  /** The declared revision, where another one is wanted. */
  readonly declared?: RevisionRecord;
}

/** One deployment as declared, as remembered and as observed, at one instant. */
export interface Subject {
  readonly desired: Wanted;
  readonly memory: Memory;
  /** Its containers, of every slot and revision. */
  readonly instances: readonly Instance[];
  /** ms since 1970. */
  readonly now: number;
  /** Containers that were seen to be sent a signal by someone else than Ring. */
  readonly killed: ReadonlySet<string>;
  /** Slots on which work is in flight: nothing is planned for them. */
  readonly atWork: ReadonlySet<number>;
  /** What health checks have said, by container id. */
  readonly health: ReadonlyMap<string, Health>;
  /** Since when the engine has been watched without a gap, ms since 1970: no deadline ran before. */
  readonly watchedSince: number;
  /** Why nothing new is made of it; missing or null: it may be. */
  readonly hold?: Hold | null;
  /** By what schedules are looked at; missing: none is. */
  readonly timekeeping?: Timekeeping | undefined;
  /** How long after their end runs are kept, ms; missing: as long as the history has room. */
  readonly historyAgeMs?: number | undefined;
}

/** The revision of this number, where it is one that is at hand. */
export const revisionNumbered = (
  { revision, stable, declared, older }: Wanted,
  number: number,
): RevisionRecord | undefined =>
  [revision, stable, declared, ...older].find((one) => one?.number === number) ?? undefined;

/** By slot, and within one always in the same order. */
export const inOrder = (one: Instance, other: Instance): number =>
  one.identity.slot - other.identity.slot || (one.id < other.id ? -1 : 1);

/** How long an instance must stay up before Ring's own backoff forgets, ms. */
export const settledMs = 10_000;
/** How long an instance must stay up before it no longer counts as crash-looping, ms. */
export const healedMs = 60_000;
/** So many ends in a row are a crash loop. */
export const crashLoopAt = 3;

/** Whether this deployment is one to be taken down. */
export const isDeleted = ({ desired }: Subject): boolean => desired.record.deletedAt !== null;

/** The slots that shall stay filled, in order. A job's parts end: run-parts.ts says which there are. */
export const wantedSlots = (subject: Subject): readonly number[] =>
  isDeleted(subject) || subject.desired.record.kind === 'job'
    ? []
    : Array.from({ length: subject.desired.record.replicas }, (_, slot) => slot);

/** What is there of slots that are wanted no more; of a deleted deployment all of it. */
export function unwanted(subject: Subject): readonly Instance[] {
  const wanted = isDeleted(subject) ? 0 : subject.desired.record.replicas;
  return subject.instances.filter(({ identity }) => identity.slot >= wanted);
}

/** Whether an instance runs what is declared now. Decided by the spec's hash: a label, never a deep diff. */
export const isCurrent = ({ desired }: Subject, { identity }: Instance): boolean =>
  identity.specHash === desired.revision.specHash;

/** Whether an instance serves: it runs and is in its network. */
export const isUp = ({ state, connected }: Instance): boolean => state === 'running' && connected !== false;

/** For how long an instance has been up, ms; 0 when it is not. */
export const upFor = (instance: Instance, now: number): number =>
  isUp(instance) && instance.startedAt !== null ? Math.max(0, now - instance.startedAt) : 0;

/** What a slot holds: the instance to keep, what it replaces, and what is too many. */
export interface Slot {
  readonly current: Instance | null;
  /** Of other specs, those that serve first. */
  readonly stale: readonly Instance[];
  /** More of the current spec than the one to keep. */
  readonly surplus: readonly Instance[];
}

/** Sorts a slot's instances: of several current ones the one furthest along is kept, the choice never wavers. */
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

/** Of what fills the same place, that first which is furthest along; the choice never wavers. */
export const furthestFirst = (a: Instance, b: Instance): number =>
  progress[a.state] - progress[b.state] ||
  Number(isUp(b)) - Number(isUp(a)) ||
  Number(b.serves === true) - Number(a.serves === true) ||
  b.identity.revision - a.identity.revision ||
  (a.id < b.id ? -1 : 1);

/** The same deployment with another of its revisions as what is wanted. */
export const atRevision = <Seen extends Pick<Subject, 'desired'>>(
  subject: Seen,
  revision: RevisionRecord,
): Seen => {
  const { desired } = subject;
  if (revision === desired.revision) return subject;
  return { ...subject, desired: { ...desired, revision, declared: desired.declared ?? desired.revision } };
};

/** What is remembered of a slot at the current revision; a new revision starts afresh. */
export function slotMemory(
  { memory, desired }: Pick<Subject, 'memory' | 'desired'>,
  slot: number,
): SlotMemory {
  const remembered = memory.slots[slot];
  return remembered?.revision === desired.revision.number
    ? remembered
    : freshSlot(desired.revision.number, remembered);
}

/** What is remembered of a slot with these asides; with none of them it says nothing of any. */
export function withAsides({ asides: _, ...slot }: SlotMemory, asides: Asides): SlotMemory {
  return Object.keys(asides).length === 0 ? slot : { ...slot, asides };
}

/** What was last seen of a container still holds: its restarts so far are not the new revision's. */
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

/** What is remembered of resolving the current revision's image; nothing once it is resolved. */
export const imageTrouble = ({ memory, desired }: Pick<Subject, 'memory' | 'desired'>): Trouble =>
  desired.revision.pin === null && memory.image.revision === desired.revision.number
    ? memory.image
    : noTrouble;

/** When the wait that a trouble asks for ends, ms since 1970; null when there is none any more. */
export function waitsUntil({ retryAt }: Trouble, now: number): number | null {
  const until = retryAt === null ? null : Date.parse(retryAt);
  return until !== null && until > now ? until : null;
}

/** The earliest of some instants; null when there is none. */
export const earliest = (...instants: readonly (number | null)[]): number | null =>
  instants.reduce<number | null>(
    (least, at) => (at !== null && (least === null || at < least) ? at : least),
    null,
  );
