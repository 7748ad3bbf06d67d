/**
 * The engine's event stream, filtered to this installation's containers and to networks. The stream may die silently,
 * so a heartbeat on another connection checks the engine. Events only trigger a look; observe.ts determines the state.
 */
import type { AbortSignalLike, RuntimeEvent } from '../../core/runtime.ts';
import type { Engine } from './connect.ts';
import { follow } from './deadline.ts';
import { EngineError } from './engine-error.ts';
import { identityOf } from './labels.ts';
import { jsonLines } from './ndjson.ts';
import type { NetworkEvent } from './network-news.ts';

/** What the stream needs. */
export interface EventParts {
  readonly engine: Engine;
  readonly installationId: string;
  readonly heartbeatMs: number;
  /** Called when the stream has begun: earlier events were missed. */
  readonly onOpen: () => void;
}

/** One event: of a container, or of a network of any owner. */
export type EngineEvent =
  | { readonly type: 'container'; readonly event: RuntimeEvent }
  | { readonly type: 'network'; readonly event: NetworkEvent };

const actions = ['create', 'start', 'die', 'kill', 'stop', 'oom', 'pause', 'destroy'] as const;

const record = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? { ...value } : {};

const texts = (value: unknown): Record<string, string> =>
  Object.fromEntries(
    Object.entries(record(value)).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );

const networkActions = ['connect', 'disconnect', 'destroy'] as const;

// Network events carry no labels, so they cannot be filtered by them. Frequent events that change nothing are left out:
// programs run inside containers, and the results of health checks built into an image.
const filters = {
  type: ['container', 'network'],
  event: [...actions, 'unpause', 'rename', ...networkActions],
};

const instantIn = (event: Record<string, unknown>): number =>
  typeof event.timeNano === 'number' ? Math.floor(event.timeNano / 1e6) : Number(event.time ?? 0) * 1000;

/** Converts an engine's event to the port's type; null when it does not concern this installation's containers. */
const toRuntimeEvent = (installationId: string, value: unknown): RuntimeEvent | null => {
  const event = record(value);
  const actor = record(event.Actor);
  const attributes = texts(actor.Attributes);
  const identity = identityOf(installationId, attributes);
  if (event.Type !== 'container' || !identity || typeof actor.ID !== 'string') return null;
  const exitCode = attributes.exitCode;
  return {
    instanceId: actor.ID,
    identity,
    action: actions.find((action) => action === event.Action) ?? 'other',
    exitCode: exitCode !== undefined && /^-?\d+$/.test(exitCode) ? Number(exitCode) : null,
    at: instantIn(event),
  };
};

const toNetworkEvent = (value: unknown): NetworkEvent | null => {
  const event = record(value);
  const actor = record(event.Actor);
  const action = networkActions.find((word) => word === event.Action);
  if (event.Type !== 'network' || !action || typeof actor.ID !== 'string') return null;
  const containerId = texts(actor.Attributes).container ?? null;
  if (containerId === null && action !== 'destroy') return null;
  return { action, networkId: actor.ID, containerId, at: instantIn(event) };
};

const toEngineEvent = (installationId: string, value: unknown): EngineEvent | null => {
  const network = toNetworkEvent(value);
  if (network) return { type: 'network', event: network };
  const event = toRuntimeEvent(installationId, value);
  return event && { type: 'container', event };
};

/** Ends the stream when the engine stops answering; returns a function that stops checking. */
const beat = (engine: Engine, everyMs: number, die: (error: unknown) => void): (() => void) => {
  let asking = false;
  const timer = setInterval(() => {
    if (asking) return;
    asking = true;
    engine.get('/_ping').then(() => {
      asking = false;
    }, die);
  }, everyMs);
  timer.unref();
  return () => clearInterval(timer);
};

/**
 * Yields events of this installation's containers and of all networks, until the signal. Rejects with EngineError when
 * the stream breaks.
 */
export async function* readEvents(parts: EventParts, signal: AbortSignalLike): AsyncGenerator<EngineEvent> {
  const { engine, installationId, heartbeatMs, onOpen } = parts;
  const { controller, release } = follow(signal);
  let stopBeating = (): void => undefined;
  try {
    const stream = await engine.open('/events', { filters }, controller.signal);
    onOpen();
    stopBeating = beat(engine, heartbeatMs, () => stream.destroy(new Error('the engine stopped answering')));
    for await (const value of jsonLines(stream)) {
      const event = toEngineEvent(installationId, value);
      if (event) yield event;
    }
    if (!signal.aborted) throw new EngineError(null, 'the event stream ended');
  } catch (error) {
    if (signal.aborted) return;
    throw error instanceof EngineError
      ? error
      : new EngineError(null, 'the event stream was interrupted', error);
  } finally {
    stopBeating();
    release();
    controller.abort();
  }
}
