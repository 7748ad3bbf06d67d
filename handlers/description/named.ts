/** The schemas with a name in the document, the same as their types in the code. Others are inlined. */
import { Credentials, Session, UserChange, UserDraft } from '../../core/access/credentials.ts';
import { User } from '../../core/access/user.ts';
import { Config, ConfigDeclaration, ConfigDraft } from '../../core/config/config.ts';
import { DeploymentPatch } from '../../core/deployment/commands/patch.ts';
import { RevisionView } from '../../core/deployment/revisions.ts';
import { DeploymentDeclaration, DeploymentDraft, DeploymentEntry } from '../../core/deployment/spec/draft.ts';
import { Status } from '../../core/deployment/status.ts';
import { Deployment, DeploymentSummary } from '../../core/deployment/view.ts';
import { EventView } from '../../core/event/event.ts';
import { DeploymentEvent } from '../../core/event/feed.ts';
import { GcPreview, GcReport } from '../../core/gc/report.ts';
import { HealthCheckStanding } from '../../core/health/view.ts';
import { LogEntry } from '../../core/log/entry.ts';
import { ChangeSet } from '../../core/manifest/change.ts';
import { Manifest, Manifests } from '../../core/manifest/manifest.ts';
import { Namespace, NamespaceDraft } from '../../core/namespace/namespace.ts';
import { TickReport } from '../../core/reconcile/report.ts';
import { RunDraft } from '../../core/run/start.ts';
import { RunSummary, RunView } from '../../core/run/view.ts';
import { Secret, SecretDeclaration, SecretDraft } from '../../core/secret/secret.ts';
import { DeploymentUsage } from '../../core/usage/view.ts';
import { Volume, VolumeDraft } from '../../core/volume/volume.ts';
import type { Schema } from '../endpoint.ts';
import { Node } from '../node/read-node.ts';
import { Problem } from '../problems.ts';
import { Rollback } from '../rollouts/roll-back-deployment.ts';
import { Health } from '../system/read-health.ts';
import { Readiness, Unreadiness } from '../system/read-readiness.ts';

/** Schemas by name. */
export const named = {
  Deployment,
  DeploymentDeclaration,
  DeploymentDraft,
  DeploymentEntry,
  DeploymentPatch,
  DeploymentSummary,
  DeploymentEvent,
  EventView,
  HealthCheckStanding,
  LogEntry,
  RevisionView,
  Rollback,
  Status,
  ChangeSet,
  DeploymentUsage,
  Manifest,
  Manifests,
  RunDraft,
  RunSummary,
  RunView,
  Config,
  ConfigDeclaration,
  ConfigDraft,
  Secret,
  SecretDeclaration,
  SecretDraft,
  Namespace,
  NamespaceDraft,
  Volume,
  VolumeDraft,
  Credentials,
  Session,
  User,
  UserChange,
  UserDraft,
  Health,
  GcReport,
  GcPreview,
  Node,
  Problem,
  Readiness,
  TickReport,
  Unreadiness,
} as const satisfies Readonly<Record<string, Schema>>;
