/** The public entry point `/core`: types, the planner and the errors. Contains no logic of its own. */
export { hasScope, type Scope } from './access/scope.ts';
export { type Caller, type Role, roles, type User, type UserRecord } from './access/user.ts';
export type { Config, ConfigDraft, ConfigRecord } from './config/config.ts';
export type { DeploymentRecord, RevisionCause, RevisionRecord } from './deployment/record.ts';
export type { RevisionView } from './deployment/revisions.ts';
export type { DeploymentDeclaration, DeploymentDraft } from './deployment/spec/draft.ts';
export type {
  Amounts,
  Confidential,
  Declaration,
  DeploymentSpec,
  Port,
  Volume,
} from './deployment/spec/spec.ts';
export type { UpdatePolicy } from './deployment/spec/update.ts';
export { type Status, statuses } from './deployment/status.ts';
export type { Deployment, DeploymentSummary, RolloutView, ScheduleView } from './deployment/view.ts';
export { type ErrorCode, type ErrorDetails, RingError, type Violation } from './errors.ts';
export { type EventReason, type EventView, type Level, levels, type NewEvent } from './event/event.ts';
export type { Answer } from './health/answer.ts';
export type { Health, HealthCheck } from './health/check.ts';
export type { CheckRecord, HealthRecord } from './health/record.ts';
export type { CheckState } from './health/verdict.ts';
export type { HealthCheckStanding } from './health/view.ts';
export type { HealthTarget, HealthWatch } from './health/watch.ts';
export { Json } from './json.ts';
export type { Change, ChangeKind, ChangeSet, FieldChange } from './manifest/change.ts';
export type { Manifest, Manifests } from './manifest/manifest.ts';
export type * from './ports.ts';
export type { Foresee, ForeseenStep, Foresight } from './reconcile/foresee.ts';
export { emptyMemory, type Memory, type SlotMemory } from './reconcile/memory.ts';
export type { Action, ActionKind, Lane, Plan } from './reconcile/plan/actions.ts';
export { plan } from './reconcile/plan/plan.ts';
export type { TickReport } from './reconcile/report.ts';
export type { Subject } from './reconcile/subject.ts';
export type { RunCause, RunParameters, RunRecord, RunResult, RunState } from './run/run.ts';
export type { Runs, RunsChange } from './run/runs.ts';
export type { RunDraft } from './run/start.ts';
export type { JobTerms, Schedule } from './run/terms.ts';
export type { RunSummary, RunView } from './run/view.ts';
export type * from './runtime.ts';
export { RuntimeError } from './runtime-error.ts';
