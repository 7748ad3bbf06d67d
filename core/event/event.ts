/** The API's form of a deployment's events. Repeated events are counted, not duplicated. */
import * as v from 'valibot';

/** Levels, from the least to the worst. */
export const levels = ['info', 'warning', 'error'] as const;
/** One of {@link levels}. */
export type Level = (typeof levels)[number];

const event = v.object({
  id: v.string(),
  timestamp: v.string(),
  level: v.picklist(levels),
  component: v.picklist(['api', 'scheduler', 'docker']),
  reason: v.string(),
  message: v.string(),
  count: v.number(),
  first_seen: v.string(),
  last_seen: v.string(),
});

/** The schema entries of an event, for views that add further fields. */
export const eventEntries = event.entries;

/** An event as the API shows it; `timestamp` equals `last_seen`. */
export interface EventView extends v.InferOutput<typeof event> {}
/** Documents an {@link EventView}. */
export const EventView: v.GenericSchema<EventView> = event;

/** Every reason of an event. */
export type EventReason =
  | 'DeploymentCreated'
  | 'DeploymentChanged'
  | 'DeploymentDeleted'
  | 'ScaledUp'
  | 'ScaledDown'
  | 'ImagePulled'
  | 'ImagePullFailed'
  | 'ContainerCreated'
  | 'ContainerStarted'
  | 'ContainerStartFailed'
  | 'ContainerDied'
  | 'ContainerStopped'
  | 'ContainerRemoved'
  | 'ContainerJoined'
  | 'ContainerLeft'
  | 'NetworkRepaired'
  | 'JobCompleted'
  | 'JobFailed'
  | 'RunCreated'
  | 'RunStarted'
  | 'RunCompleted'
  | 'RunFailed'
  | 'RunCancelled'
  | 'RunSkipped'
  | 'AttemptFailed'
  | 'SecretChanged'
  | 'ConfigChanged'
  | 'DependencyWaiting'
  | 'DependencyMet'
  | 'InsufficientResources'
  | 'ActionFailed'
  | 'RolloutStarted'
  | 'RolloutForcedStopFirst'
  | 'RolloutPaused'
  | 'RolloutResumed'
  | 'RolloutCompleted'
  | 'RolloutFailed'
  | 'RolledBack'
  | 'RestartRequested'
  | 'RollbackRequested'
  | 'HealthCheckFailed'
  | 'HealthCheckPassed'
  | 'StatusChanged';

/** An event to be recorded. */
export interface NewEvent {
  /** The uid of its deployment. */
  readonly uid: string;
  /** RFC 3339. */
  readonly at: string;
  readonly level: Level;
  readonly component: 'api' | 'scheduler' | 'docker';
  readonly reason: EventReason;
  readonly message: string;
}
