/**
 * The port to events in the order in which they were told: each gets the next number when it is told, and another one
 * each time it is told again. What is kept for how long is the store's; how it is followed, follow.ts.
 */
import * as v from 'valibot';
import { eventEntries, type Level } from './event.ts';

const deploymentEvent = v.object({
  ...eventEntries,
  /** Id of the deployment it belongs to. */
  deployment: v.string(),
  namespace: v.string(),
});

/** An event with the deployment that it belongs to. */
export interface DeploymentEvent extends v.InferOutput<typeof deploymentEvent> {}
/** Documents a {@link DeploymentEvent}. */
export const DeploymentEvent: v.GenericSchema<DeploymentEvent> = deploymentEvent;

/** Which events are wanted; what is left out or empty filters nothing. */
export interface FeedFilter {
  readonly uid?: string | undefined;
  readonly level?: Level | undefined;
  readonly namespaces?: readonly string[] | undefined;
  /** Ids, or `<name>.<namespace>`. */
  readonly deployments?: readonly string[] | undefined;
}

/** An event as it was told last. */
export interface ToldEvent {
  /** Grows with everything that is told, and is never given twice. */
  readonly sequence: number;
  readonly event: DeploymentEvent;
}

/** What was told after a number. */
export interface ToldPart {
  /** In their order; as many as were asked for at most. */
  readonly events: readonly ToldEvent[];
  /** All that was told up to here is among them, is not wanted, or is not kept. */
  readonly until: number;
  /** The last number that was ever given. */
  readonly last: number;
  /** The last number whose event is not kept any more; 0: none was dropped. */
  readonly dropped: number;
}

/** Events in the order in which they were told. */
export interface EventFeed {
  /** The newest so many, the newest last; with `before`, of those with a lower number. */
  newest(
    filter: FeedFilter,
    page: { readonly limit: number; readonly before?: number | undefined },
  ): Promise<readonly ToldEvent[]>;
  /** What was told after a number, the oldest first, at most so many. */
  after(sequence: number, filter: FeedFilter, limit: number): Promise<ToldPart>;
}
