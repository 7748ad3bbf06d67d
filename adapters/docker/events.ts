/**
 * The engine's event stream of this installation's containers. It may break or die without a word: a heartbeat on
 * another connection finds out. Events only wake: what is true is for observe.ts.
 */
import type { AbortSignalLike, RuntimeEvent } from '../../core/runtime.ts';
import type { Engine } from './connect.ts';
import { follow } from './deadline.ts';
import { EngineError } from './engine-error.ts';
import { identityOf, ownFilter } from './labels.ts';
import { jsonLines } from './ndjson.ts';

/** What the stream needs to know. */
export interface EventParts {
  readonly engine: Engine;
  readonly installationId: string;
  readonly heartbeatMs: number;
  /** Called when the stream has begun: whatever happened before was missed. */
  readonly onOpen: () => void;
}

const actions = ['create', 'start', 'die', 'kill', 'stop', 'oom', 'destroy'] as const;

const record = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? { ...value } : {};

const texts = (value: unknown): Record<string, string> =>
  Object.fromEntries(
    Object.entries(record(value)).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );

/** An engine's event as the port knows it; null for one that is not about this installation's containers. */
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
    at:
      typeof event.timeNano === 'number' ? Math.floor(event.timeNano / 1e6) : Number(event.time ?? 0) * 1000,
  };
};

/** Ends the stream when the engine stops answering; returns the way to stop asking. */
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

/** What happens to this installation's containers, until the signal. Rejects with EngineError when the stream breaks. */
export async function* readEvents(parts: EventParts, signal: AbortSignalLike): AsyncGenerator<RuntimeEvent> {
  const { engine, installationId, heartbeatMs, onOpen } = parts;
  const { controller, release } = follow(signal);
  let stopBeating = (): void => undefined;
  try {
    const filters = { type: ['container'], ...ownFilter(installationId) };
    const stream = await engine.open('/events', { filters }, controller.signal);
    onOpen();
    stopBeating = beat(engine, heartbeatMs, () => stream.destroy(new Error('the engine stopped answering')));
    for await (const value of jsonLines(stream)) {
      const event = toRuntimeEvent(installationId, value);
      if (event) yield event;
    }
    if (!signal.aborted) throw new EngineError(null, 'the event stream ended');
  } catch (error) {
    if (signal.aborted) return;
    throw error instanceof EngineError ? error : new EngineError(null, 'the event stream broke', error);
  } finally {
    stopBeating();
    release();
    controller.abort();
  }
}
