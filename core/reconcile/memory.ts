/**
 * What the reconciler remembers of a deployment between ticks: counters and outcomes that the engine does not keep.
 * Written by the recorder alone, as one JSON text beside the status.
 */
import type { Status } from '../deployment/status.ts';
import type { ScheduleMemory } from '../run/schedule-memory.ts';
import type { Aside } from './plan/actions.ts';

/** A failure that still stands, as it is shown. */
export interface Fault {
  readonly status: Status;
  readonly reason: string;
  /** Whether it may pass by itself: it says nothing against what was declared. */
  readonly passing?: boolean;
  /** Whether the container's network is gone: the very same container cannot be started again. */
  readonly networkLost?: boolean;
  /** Whether a start was refused for the container's place in a network that is there: it may succeed later. */
  readonly joinRefused?: boolean;
}

/** Tries in a row that did not last, and when the next one may come. */
export interface Trouble {
  /** Tries since things last went well; the backoff grows with it. */
  readonly failures: number;
  /** No try before this instant (RFC 3339); null: at once. */
  readonly retryAt: string | null;
  readonly fault: Fault | null;
}

/** The latest try of a part of a job's run. */
export interface Attempt {
  readonly revision: number;
  /** From 1. */
  readonly attempt: number;
  /** Written before the engine is asked to start it, so that a vanished container is never run twice. */
  readonly intendedAt: string;
  readonly finishedAt: string | null;
  /** Of the last try that ended, which while this one runs is the one before. */
  readonly exitCode: number | null;
  /** null while it runs. */
  readonly outcome: 'completed' | 'failed' | null;
  /** Why the last try that ended failed. */
  readonly reason: string | null;
}

/** The last lines of the log of an instance that ended again and again. */
export interface LastLines {
  readonly instanceId: string;
  /** The slot's crashes when they were read. */
  readonly crashes: number;
  readonly lines: readonly string[];
}

/** Troubles by what is done beside filling a slot. */
export type Asides = { readonly [Of in Aside]?: Trouble };

/** What is remembered of one slot. */
export interface SlotMemory extends Trouble {
  /** The revision that the counters speak of: another revision starts afresh. */
  readonly revision: number;
  /** The container whose restart count was last seen, and that count. */
  readonly instanceId: string | null;
  readonly restartCount: number;
  /** When it ended, as far as that was counted, with the engine leaving it so (ms since 1970). */
  readonly leftAt: number | null;
  /** Ends seen since the slot last stayed up. */
  readonly crashes: number;
  /** Unwanted ends seen in all. */
  readonly restarts: number;
  readonly run: Attempt | null;
  /** What it wrote before it ended again and again; null or missing before that. */
  readonly lastWords?: LastLines | null;
  /** The revision that the slot held before, until an instance of this one is seen. */
  readonly cameFrom?: number;
  /** The container that Ring was about to stop and start again: that it ended is no crash. Missing: none. */
  readonly stopping?: string;
  /** Of what is done beside filling the slot, where that was refused or is done again and again. */
  readonly asides?: Asides;
}

/** What is remembered of being held and let in. */
export interface GateMemory {
  /** The spec's hash that was let in last; null: of a job, and before the first was. */
  readonly specHash: string | null;
  /** Slots of it below this one were let in. */
  readonly open: number;
  /** What it waits for now, in words; null: nothing. */
  readonly waitsFor: string | null;
}

/** What is remembered of one deployment. */
export interface Memory {
  readonly slots: Readonly<Record<string, SlotMemory>>;
  /** Resolving the image of the revision that `revision` names. */
  readonly image: Trouble & { readonly revision: number };
  /** Taking down instances that are wanted no more. */
  readonly teardown: Trouble;
  /** Number of the revision that last proved itself in every replica; null before the first did. */
  readonly stable: number | null;
  /** The latest rollout; null for a job, and before the first look. */
  readonly rollout: RolloutMemory | null;
  /** Missing while nothing was asked before it was let in. */
  readonly gate?: GateMemory;
  /** Of a job's schedule; missing or null without one. */
  readonly schedule?: ScheduleMemory | null;
}

/** How a rollout stands: `rolling_back` and `rolled_back` serve the stable revision, all others move to the declared one. */
export type RolloutState = 'in_progress' | 'paused' | 'completed' | 'failed' | 'rolling_back' | 'rolled_back';

/** What is remembered of the latest rollout. Times are RFC 3339. */
export interface RolloutMemory {
  /** The revision it moves to: a rollout of another one is over. */
  readonly revision: number;
  /** The stable revision when it began; null: it is the first. */
  readonly from: number | null;
  /** `failed`: the first revision did not come up; it is still being tried. `paused`: it failed, and waits for a person. */
  readonly state: RolloutState;
  readonly startedAt: string;
  /** When a replica last took over, or the rollout began or was resumed. */
  readonly progressAt: string;
  readonly finishedAt: string | null;
  /** Replicas that run the revision it moves to and have proved themselves. */
  readonly updated: number;
  /** The {@link DeploymentRecord.resumes} it has heeded. */
  readonly resumes: number;
  readonly reason: string | null;
}

/** No trouble. */
export const noTrouble: Trouble = { failures: 0, retryAt: null, fault: null };

/** The memory of a deployment that nothing is known of. */
export const emptyMemory: Memory = {
  slots: {},
  image: { ...noTrouble, revision: 0 },
  teardown: noTrouble,
  stable: null,
  rollout: null,
};
