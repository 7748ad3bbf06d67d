/**
 * Defines what the reconciler remembers of a deployment between ticks: counters and outcomes that the engine does not
 * keep. It is written only by the recorder, as one JSON text beside the status.
 */
import type { Status } from '../deployment/status.ts';
import type { ScheduleMemory } from '../run/schedule-memory.ts';
import type { Aside } from './plan/actions.ts';

/** A failure that still applies, as it is shown. */
export interface Fault {
  readonly status: Status;
  readonly reason: string;
  /** Whether the failure may pass by itself, so that it does not speak against the declaration. */
  readonly passing?: boolean;
  /** Whether the container's network is gone, so that this container cannot be started again. */
  readonly networkLost?: boolean;
  /** Whether a start was refused because the container could not join an existing network: it may succeed later. */
  readonly joinRefused?: boolean;
}

/** Consecutive tries that did not last, and when the next one may begin. */
export interface Trouble {
  /** The number of tries since the last success; the backoff grows with it. */
  readonly failures: number;
  /** The time before which no try begins (RFC 3339); null: at once. */
  readonly retryAt: string | null;
  readonly fault: Fault | null;
}

/** The latest try of a part of a job's run. */
export interface Attempt {
  readonly revision: number;
  /** The number of the try, from 1. */
  readonly attempt: number;
  /** Stored before the engine is asked to start the try, so that a vanished container is never run twice (RFC 3339). */
  readonly intendedAt: string;
  readonly finishedAt: string | null;
  /** The exit code of the last try that ended; while this one runs, that of the one before. */
  readonly exitCode: number | null;
  /** The outcome; null while the try runs. */
  readonly outcome: 'completed' | 'failed' | null;
  /** Why the last try that ended failed. */
  readonly reason: string | null;
}

/** The last lines of the log of an instance in a crash loop. */
export interface LastLines {
  readonly instanceId: string;
  /** The slot's crashes when the lines were read. */
  readonly crashes: number;
  readonly lines: readonly string[];
}

/** The troubles of asides, by aside. */
export type Asides = { readonly [Of in Aside]?: Trouble };

/** The memory of one slot. */
export interface SlotMemory extends Trouble {
  /** The revision that the counters describe: another revision starts over. */
  readonly revision: number;
  /** The container whose restart count was last seen; the count follows. */
  readonly instanceId: string | null;
  readonly restartCount: number;
  /** When the container last ended in a way that was counted and after which the engine left it (ms since 1970). */
  readonly leftAt: number | null;
  /** The number of ends since the slot last stayed up. */
  readonly crashes: number;
  /** The total number of unwanted ends. */
  readonly restarts: number;
  readonly run: Attempt | null;
  /** The last lines written before the repeated ends; null or missing before that. */
  readonly lastWords?: LastLines | null;
  /** The revision that the slot held before, until an instance of this one is seen. */
  readonly cameFrom?: number;
  /** The container that Ring was about to stop and start again, whose end is not a crash. Missing: none. */
  readonly stopping?: string;
  /** The troubles of asides that were refused, or are done repeatedly. */
  readonly asides?: Asides;
}

/** The memory of a deployment's gate. */
export interface GateMemory {
  /** The hash of the spec that was let in last; null for a job, and before any was let in. */
  readonly specHash: string | null;
  /** The slot below which all slots of that spec were let in. */
  readonly open: number;
  /** What the deployment waits for now, as text; null: nothing. */
  readonly waitsFor: string | null;
}

/** The memory of one deployment. */
export interface Memory {
  readonly slots: Readonly<Record<string, SlotMemory>>;
  /** The trouble of resolving the image of the revision in `revision`. */
  readonly image: Trouble & { readonly revision: number };
  /** The trouble of taking down instances that are no longer wanted. */
  readonly teardown: Trouble;
  /** The number of the revision that last proved itself in every replica; null before any did. */
  readonly stable: number | null;
  /** The latest rollout; null for a job, and before the first tick. */
  readonly rollout: RolloutMemory | null;
  /** The memory of the gate; missing while the deployment had no conditions to be let in. */
  readonly gate?: GateMemory;
  /** The memory of a job's schedule; missing or null without a schedule. */
  readonly schedule?: ScheduleMemory | null;
}

/**
 * The state of a rollout: `rolling_back` and `rolled_back` serve the stable revision, all others move to the declared
 * one.
 */
export type RolloutState = 'in_progress' | 'paused' | 'completed' | 'failed' | 'rolling_back' | 'rolled_back';

/** The memory of the latest rollout. Times are RFC 3339. */
export interface RolloutMemory {
  /** The revision that the rollout moves to: a rollout of another revision is over. */
  readonly revision: number;
  /** The stable revision when the rollout began; null: it is the first rollout. */
  readonly from: number | null;
  /**
   * `failed`: the first revision did not come up; it is still being tried. `paused`: it failed, and waits for a person.
   */
  readonly state: RolloutState;
  readonly startedAt: string;
  /** When a replica last took over, or the rollout began or was resumed. */
  readonly progressAt: string;
  readonly finishedAt: string | null;
  /** The number of replicas that run the target revision and have proved themselves. */
  readonly updated: number;
  /** The value of {@link DeploymentRecord.resumes} that was last handled. */
  readonly resumes: number;
  readonly reason: string | null;
}

/** The absence of trouble. */
export const noTrouble: Trouble = { failures: 0, retryAt: null, fault: null };

/** The memory of a deployment about which nothing is known yet. */
export const emptyMemory: Memory = {
  slots: {},
  image: { ...noTrouble, revision: 0 },
  teardown: noTrouble,
  stable: null,
  rollout: null,
};
