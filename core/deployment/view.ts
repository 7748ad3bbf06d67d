/**
 * The API's forms of a deployment: the summary in lists and the detail of one. Lists are joined from two stored texts
 * (declared and observed), so each half is made here once.
 */
import * as v from 'valibot';
import { specEntries } from './spec/spec-view.ts';
import { Status } from './status.ts';
import { WaitView } from './wait/wait-view.ts';

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
  /** rolling_back and rolled_back: the declared revision failed, and `from` is the revision that it returns to. */
  state: v.picklist(['in_progress', 'paused', 'completed', 'failed', 'rolling_back', 'rolled_back']),
  /** The revision being rolled out. */
  revision: v.number(),
  /** The revision to return to when the rollout fails; null for the first. */
  from: v.nullable(v.number()),
  /** The number of replicas, of `total`, that run that revision and are stable. */
  updated: v.number(),
  total: v.number(),
  started_at: v.string(),
  finished_at: v.nullable(v.string()),
  reason: v.nullable(v.string()),
});

/** The state of the latest rollout. */
export interface RolloutView extends v.InferOutput<typeof rollout> {}

/**
 * Whether a rollout is still in progress. The first rollout does not count, since there is no revision to return to.
 */
export const isUnderWay = (view: RolloutView | null): boolean =>
  view?.state === 'rolling_back' || (view?.state === 'in_progress' && view.from !== null);

const schedule = v.object({
  /** null when never due, or suspended. */
  next_run_at: v.nullable(v.string()),
  /** The last scheduled instant for which a run was started. */
  last_run_at: v.nullable(v.string()),
});

/** The state of a job's schedule. */
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

/** The part of the summary that commands write. */
export interface DeclaredView extends v.InferOutput<typeof declared> {}
/** The part of the summary that the recorder writes. */
export interface ObservedView extends v.InferOutput<typeof observed> {}

const summary = v.object({ ...declared.entries, ...observed.entries });

/** A deployment in a list. `observed_at` is when the status was last confirmed; null before the first look. */
export interface DeploymentSummary extends v.InferOutput<typeof summary> {}
/** Documents a {@link DeploymentSummary}. */
export const DeploymentSummary: v.GenericSchema<DeploymentSummary> = summary;

const detail = v.object({
  ...summary.entries,
  volumes: v.string(),
  ...specEntries,
  /** The environment: values, `***` for callers who may not see them, and the names of secrets. */
  secrets: v.record(v.string(), v.union([v.string(), v.object({ secretRef: v.string() })])),
  image_id: v.nullable(v.string()),
  image_digest: v.nullable(v.string()),
  /** Whether the rollout is paused by a user. */
  paused: v.boolean(),
  deleted_at: v.nullable(v.string()),
  /** The result of waiting, when the request waited. */
  wait: v.optional(WaitView),
});

/** One deployment in full. Secrets are `***` for callers who may not write; registry credentials are never shown. */
export interface Deployment extends v.InferOutput<typeof detail> {}
/** Documents a {@link Deployment}. */
export const Deployment: v.GenericSchema<Deployment> = detail;
