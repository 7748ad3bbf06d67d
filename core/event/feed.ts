/**
 * The port to events in the order in which they were recorded: each event gets the next sequence number, and another
 * one each time it repeats. The store decides on retention; follow.ts follows the feed.
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

/** A filter of events; undefined or empty fields match everything. */
export interface FeedFilter {
  readonly uid?: string | undefined;
  readonly level?: Level | undefined;
  readonly namespaces?: readonly string[] | undefined;
  /** Ids, or `<name>.<namespace>`. */
  readonly deployments?: readonly string[] | undefined;
}

/** An event with its latest sequence number. */
export interface SequencedEvent {
  /** Grows with every recorded event and is never reused. */
  readonly sequence: number;
  readonly event: DeploymentEvent;
}

/** The events after a sequence number. */
export interface EventPage {
  /** In order; at most as many as requested. */
  readonly events: readonly SequencedEvent[];
  /** Every event up to this number is included, does not match, or is not kept. */
  readonly until: number;
  /** The last sequence number issued. */
  readonly last: number;
  /** The last number whose event is not kept any more; 0 when none was dropped. */
  readonly dropped: number;
}

/** Events in the order in which they were recorded. */
export interface EventFeed {
  /** Returns the newest `limit` events, the newest last; with `before`, only those with a lower number. */
  newest(
    filter: FeedFilter,
    page: { readonly limit: number; readonly before?: number | undefined },
  ): Promise<readonly SequencedEvent[]>;
  /** Returns the events after a sequence number, the oldest first, at most `limit`. */
  after(sequence: number, filter: FeedFilter, limit: number): Promise<EventPage>;
}
