/** The engine as seen by the processes of a simulated world; records what it showed, started and removed. */
import type { Desired } from '../../core/ports.ts';
import type { Instance, Runtime } from '../../core/runtime.ts';
import type { FakeRuntime } from './fake-runtime.ts';
import { complaintOfTaking } from './guard.ts';
import { complaintOfStart } from './job-guard.ts';
import type { Patients } from './patients.ts';

/** The port, and what was noted. */
export interface WatchedEngine {
  readonly runtime: Runtime;
  /** Every start of a container that took effect, as `<uid>/<slot>@<revision>`, and `#<try>` after the first, in order. */
  readonly starts: readonly string[];
  /** What Ring took away that was still needed, and what it started that was not to be. */
  readonly harm: readonly string[];
  /** What the engine showed at the last look; null when it did not answer. */
  lastSeen(): readonly Instance[] | null;
  /** Calls of this name (stops of one container, where it is named) are done when what is returned is called, and answered then. */
  slowly(name: 'create' | 'stop' | 'resolveImage', id?: string): () => void;
}

/** Watches an engine. */
export function watchEngine({
  engine,
  patients,
  declared,
}: {
  readonly engine: FakeRuntime;
  readonly patients: Patients;
  readonly declared: () => Promise<readonly Desired[]>;
}): WatchedEngine {
  const starts: string[] = [];
  const begun: Instance[] = [];
  const harm: string[] = [];
  const slow = { create: Promise.resolve(), stop: Promise.resolve(), resolveImage: Promise.resolve() };
  let slowId: string | undefined;
  let lastSeen: readonly Instance[] | null = null;
  let lastKnown: readonly Instance[] = [];
  let seenDeclared: readonly Desired[] = [];

  /** Notes what is taken away too early. */
  const guard = (call: string, id: string) => {
    const view = {
      now: engine.peek(),
      seen: lastKnown,
      declared: seenDeclared,
      // What no check asks for, Ring cannot know.
      isWell: (one: Instance) => patients.isPassing(one) || !isAsked(seenDeclared, one),
      wasIllJustNow: patients.wasIllJustNow,
      fellIllJustNow: patients.fellIllJustNow,
    };
    const complaint = complaintOfTaking(call, id, view);
    if (complaint !== null) harm.push(complaint);
  };

  const noteStart = (instance: Instance) => {
    const { uid, slot, revision, attempt } = instance.identity;
    starts.push(`${uid}/${slot}@${revision}${attempt === undefined ? '' : `#${attempt}`}`);
    const view = { now: engine.peek(), declared: seenDeclared, before: begun };
    const complaint = complaintOfStart(instance, view);
    if (complaint !== null) harm.push(complaint);
    begun.push(instance);
  };

  const runtime: Runtime = {
    ...engine,
    create: (request) => slow.create.then(() => engine.create(request)),
    stop(id, graceMs) {
      guard('stop', id);
      const isSlow = slowId === undefined || slowId === id;
      return (isSlow ? slow.stop : Promise.resolve()).then(() => engine.stop(id, graceMs));
    },
    connect(id, namespace, aliases) {
      if (aliases.length === 0) guard('leave', id);
      return engine.connect(id, namespace, aliases);
    },
    resolveImage: (request) => slow.resolveImage.then(() => engine.resolveImage(request)),
    async observe() {
      lastSeen = null;
      seenDeclared = await declared();
      lastSeen = await engine.observe();
      lastKnown = lastSeen;
      return lastSeen;
    },
    async start(idOrName) {
      const before = running(engine);
      try {
        await engine.start(idOrName);
      } finally {
        for (const [id, instance] of running(engine)) {
          if (before.has(id) || (id !== idOrName && instance.containerName !== idOrName)) continue;
          noteStart(instance);
          patients.begun(id);
        }
      }
    },
  };

  return {
    runtime,
    starts,
    harm,
    lastSeen: () => lastSeen,
    slowly(name, id) {
      slowId = id;
      let release = (): void => undefined;
      slow[name] = new Promise((resolve) => {
        release = resolve;
      });
      return () => release();
    },
  };
}

const running = (engine: FakeRuntime): ReadonlyMap<string, Instance> =>
  new Map(engine.peek().flatMap((one) => (one.state === 'running' ? [[one.id, one] as const] : [])));

/** Whether a check says if this instance may get traffic. */
function isAsked(declared: readonly Desired[], { identity }: Instance): boolean {
  const desired = declared.find(({ record }) => record.uid === identity.uid);
  const kept = [desired?.revision, desired?.stable];
  // Of an equal hash the declared one says how it is checked now.
  const own =
    kept.find((one) => one?.specHash === identity.specHash) ??
    kept.find((one) => one?.number === identity.revision);
  return own?.spec.healthChecks.some(({ readiness }) => readiness) ?? false;
}
