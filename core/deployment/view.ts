/**
 * What the API shows of a deployment: the summary of lists and the detail of one. The list is joined from two texts
 * (declared and observed), so each half is made here, once.
 */
import * as v from 'valibot';
import { specEntries } from './spec-view.ts';
import { Status } from './status.ts';
import { WaitView } from './wait-view.ts';

const declared = v.object({
  id: v.string(),
  name: v.string(),
  namespace: v.string(),
  image: v.string(),
  runtime: v.string(),
  kind: v.picklist(['worker', 'job']),
  replicas: v.number(),
  revision: v.number(),
  created_at: v.string(),
  updated_at: v.string(),
});

const rollout = v.object({
  /** rolling_back and rolled_back: the declared revision failed, and `from` is the one that is returned to. */
  state: v.picklist(['in_progress', 'paused', 'completed', 'failed', 'rolling_back', 'rolled_back']),
  /** The revision it moves to. */
  revision: v.number(),
  /** The revision that is returned to when it fails; null for the first. */
  from: v.nullable(v.number()),
  /** Replicas of that revision that have proved themselves, of so many. */
  updated: v.number(),
  total: v.number(),
  started_at: v.string(),
  finished_at: v.nullable(v.string()),
  reason: v.nullable(v.string()),
});

/** How the latest rollout stands. */
export interface RolloutView extends v.InferOutput<typeof rollout> {}

/** Whether it has still to go. The first one has come far enough when everything runs: nothing is there to return to. */
export const isUnderWay = (view: RolloutView | null): boolean =>
  view?.state === 'rolling_back' || (view?.state === 'in_progress' && view.from !== null);

const schedule = v.object({
  /** null: never, or suspended. */
  next_run_at: v.nullable(v.string()),
  /** The last instant that a run was begun for by it. */
  last_run_at: v.nullable(v.string()),
});

/** How a job's schedule stands. */
export interface ScheduleView extends v.InferOutput<typeof schedule> {}

const observed = v.object({
  status: Status,
  status_reason: v.nullable(v.string()),
  instances: v.array(v.string()),
  ready_replicas: v.number(),
  restarts: v.number(),
  observed_at: v.nullable(v.string()),
  rollout: v.nullable(rollout),
  schedule: v.nullable(schedule),
});

/** The half of the summary that commands write. */
export interface DeclaredView extends v.InferOutput<typeof declared> {}
/** The half of the summary that the recorder writes. */
export interface ObservedView extends v.InferOutput<typeof observed> {}

const summary = v.object({ ...declared.entries, ...observed.entries });

/** A deployment in a list. `observed_at` is when the status was last seen to be so; null before the first look. */
export interface DeploymentSummary extends v.InferOutput<typeof summary> {}
/** Documents a {@link DeploymentSummary}. */
export const DeploymentSummary: v.GenericSchema<DeploymentSummary> = summary;

const detail = v.object({
  ...summary.entries,
  volumes: v.string(),
  ...specEntries,
  /** The environment: values, or `***` to those who may not see them, and the names of secrets. */
  secrets: v.record(v.string(), v.union([v.string(), v.object({ secretRef: v.string() })])),
  image_id: v.nullable(v.string()),
  image_digest: v.nullable(v.string()),
  /** Whether the rollout is held by hand. */
  paused: v.boolean(),
  deleted_at: v.nullable(v.string()),
  /** Where it was waited for: what came of that. */
  wait: v.optional(WaitView),
});

/** One deployment in full. Secrets are `***` for callers who may not write; registry credentials are never shown. */
export interface Deployment extends v.InferOutput<typeof detail> {}
/** Documents a {@link Deployment}. */
export const Deployment: v.GenericSchema<Deployment> = detail;
