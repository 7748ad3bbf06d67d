/**
 * Predicts what the reconciler would do first if some deployments were declared differently, by running the survey of a
 * tick on the present containers. It begins nothing and records nothing; the survey itself is in survey.ts.
 */
import type { Health } from '../health/check.ts';
import { makeStop } from '../log/stop.ts';
import type { Clock, Cron, Desired, Log, ReconcilerStore } from '../ports.ts';
import type { Instance, Runtime } from '../runtime.ts';
import { RuntimeError } from '../runtime-error.ts';
import { requestsMemory } from './gate/memory-claims.ts';
import { describeAction } from './plan/describe-action.ts';
import { type Planned, type Survey, type SurveyInput, survey } from './survey.ts';

/** One predicted action, described. */
export interface ForeseenStep {
  readonly kind: string;
  /** The slot of the action; null: it concerns all slots. */
  readonly slot: number | null;
  readonly words: string;
}

/** What would be done first for one deployment. */
export interface Foreseen {
  readonly steps: readonly ForeseenStep[];
  /** What the deployment waits for before anything new is created; null: nothing. */
  readonly waitsFor: string | null;
}

/** Predictions by uid of the deployment, or why they cannot be made. */
export type Foresight =
  | { readonly byUid: ReadonlyMap<string, Foreseen>; readonly unseen: null }
  | { readonly byUid: null; readonly unseen: string };

/**
 * Predicts what the reconciler would do first if these deployments replaced their stored declarations. Waits at most 2
 * s for the engine and never rejects, because the caller may have written already.
 */
export type Foresee = (changed: readonly Desired[]) => Promise<Foresight>;

/** The ports and options of {@link makeForesee}. */
export interface ForeseePorts {
  readonly store: Pick<ReconcilerStore, 'desired'>;
  readonly runtime: Pick<Runtime, 'observe' | 'capacity'>;
  readonly clock: Clock;
  readonly cron: Pick<Cron, 'next'>;
  /** How late a scheduled run may begin, as configured for the reconciler, ms. */
  readonly lateMs: number;
  /** How long after their end runs are kept, as configured for the reconciler, ms. */
  readonly historyAgeMs?: number | undefined;
  /** Returns the results of health checks, by container id. */
  readonly health: () => ReadonlyMap<string, Health>;
  readonly log: Pick<Log, 'error'>;
}

const patienceMs = 2_000;
/** The maximum number of predicted actions of one deployment. */
const mostSteps = 100;

/** Makes a prediction function; each call lists the containers of the engine once. */
export const makeForesee =
  (ports: ForeseePorts): Foresee =>
  async (changed) => {
    if (changed.length === 0) return { byUid: new Map(), unseen: null };
    try {
      return await foresee(changed, ports);
    } catch (error) {
      if (error instanceof RuntimeError)
        return { byUid: null, unseen: `the engine cannot be seen: ${error.message}` };
      ports.log.error('What comes next could not be foreseen', { error });
      return { byUid: null, unseen: 'an unexpected error; the log of Ring has the details' };
    }
  };

async function foresee(changed: readonly Desired[], ports: ForeseePorts): Promise<Foresight> {
  const seen = await look(ports);
  if (seen === null) return { byUid: null, unseen: 'the engine does not answer' };
  const desired = overlaid(await ports.store.desired(), changed);
  const capacity = desired.some(requestsMemory) ? await ports.runtime.capacity().catch(() => null) : null;
  return { byUid: foreseen(changed, { ...inputOf(seen, ports), desired, capacity }), unseen: null };
}

/** Observes the instances; null if the engine does not answer in time. */
async function look({ runtime, clock }: ForeseePorts): Promise<readonly Instance[] | null> {
  const waiting = makeStop();
  const silence = clock.sleep(patienceMs, waiting.signal).then(() => null);
  try {
    return await Promise.race([runtime.observe(), silence]);
  } finally {
    waiting.stop();
  }
}

function inputOf(
  instances: readonly Instance[],
  { clock, cron, health, lateMs, historyAgeMs }: ForeseePorts,
): Omit<SurveyInput, 'desired'> {
  const observed = new Map<string, Instance[]>();
  for (const one of instances) {
    const { uid } = one.identity;
    observed.set(uid, [...(observed.get(uid) ?? []), one]);
  }
  const now = clock.now();
  return {
    observed,
    unseen: { reason: '', lastSeenAt: null },
    now,
    killed: new Set(),
    health: health(),
    watchedSince: now,
    atWork: new Map(),
    justEnded: new Set(),
    timekeeping: { cron, lateMs },
    historyAgeMs,
  };
}

function overlaid(desired: readonly Desired[], changed: readonly Desired[]): readonly Desired[] {
  const uids = new Set(changed.map(({ record }) => record.uid));
  return [...desired.filter(({ record }) => !uids.has(record.uid)), ...changed];
}

/** Predicts actions; if an image is to be resolved first, what follows is predicted as if it had been. */
function foreseen(changed: readonly Desired[], input: SurveyInput): ReadonlyMap<string, Foreseen> {
  const first = survey(input);
  const unresolved = new Set(first.plans.filter(({ plan }) => plan.resolveImage).map(({ plan }) => plan.uid));
  const resolved = input.desired.map((one) => (unresolved.has(one.record.uid) ? pinned(one) : one));
  const then = unresolved.size === 0 ? first : survey({ ...input, desired: resolved });
  const planned = new Map(then.plans.map((one) => [one.plan.uid, one]));
  return new Map(
    changed.map((desired) => {
      const { uid } = desired.record;
      const steps = [
        ...(unresolved.has(uid) ? [resolving(desired)] : []),
        ...stepsOf(planned.get(uid)),
      ].slice(0, mostSteps);
      return [uid, { steps, waitsFor: waitsFor(desired, first) }];
    }),
  );
}

const unknownPin = { imageId: 'sha256:unknown', repoDigest: null };

const pinned = (desired: Desired): Desired => ({
  ...desired,
  revision: { ...desired.revision, pin: unknownPin },
});

const resolving = ({ revision: { spec } }: Desired): ForeseenStep => ({
  kind: 'resolveImage',
  slot: null,
  words: `find the image ${spec.image}, by the pull policy ${spec.pullPolicy}`,
});

function stepsOf(planned: Planned | undefined): readonly ForeseenStep[] {
  if (!planned) return [];
  const { plan, desired, instances } = planned;
  const { namespace, kind, revision } = desired.record;
  const names = new Map(instances.map(({ id, containerName }) => [id, containerName]));
  const telling = {
    namespace,
    isJob: kind === 'job',
    nameOf: (target: string) => names.get(target) ?? target,
  };
  const prepare = plan.prepare.map((action) => ({ action, slot: null, revision }));
  const lanes = plan.lanes.flatMap((lane) => lane.actions.map((action) => ({ action, ...lane })));
  return [...prepare, ...lanes].map(({ action, slot, revision: number }) => ({
    kind: action.kind,
    slot,
    words: describeAction(action, { ...telling, revision: number }),
  }));
}

/** What a deployment waits for; if nothing is to be recorded, its stored observation still applies. */
function waitsFor({ record, observation }: Desired, { recordings }: Survey): string | null {
  const recording = recordings.find(({ uid }) => uid === record.uid);
  return (recording?.observation ?? observation)?.memory.gate?.waitsFor ?? null;
}
