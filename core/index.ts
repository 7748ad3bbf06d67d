/** The package's face `/core`: types, the plan and the errors. What stands behind them is decided in the folders. */
export { hasScope, type Scope } from './access/scope.ts';
export { type Caller, type Role, roles, type User, type UserRecord } from './access/user.ts';
export type { Config, ConfigDraft, ConfigRecord } from './config/config.ts';
export type { DeploymentDeclaration, DeploymentDraft } from './deployment/draft.ts';
export type { DeploymentRecord, RevisionRecord } from './deployment/record.ts';
export type { Amounts, Confidential, Declaration, DeploymentSpec, Port, Volume } from './deployment/spec.ts';
export { type Status, statuses } from './deployment/status.ts';
export type { Deployment, DeploymentSummary } from './deployment/view.ts';
export { type ErrorCode, type ErrorDetails, RingError, type Violation } from './errors.ts';
export { type EventReason, type EventView, type Level, levels, type NewEvent } from './event/event.ts';
export type * from './ports.ts';
export { Json } from './ports.ts';
export type { Memory, SlotMemory } from './reconcile/memory.ts';
export type { TickReport } from './reconcile/report.ts';
export type * from './runtime.ts';
export { RuntimeError } from './runtime.ts';
