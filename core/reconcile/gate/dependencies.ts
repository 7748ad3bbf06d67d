/**
 * Decides whether a dependency is met: each condition is read from the dependency as declared now and as last judged.
 * Pure; what follows if it is not met is decided in gate.ts.
 */
import type { Dependency } from '../../deployment/spec/dependency.ts';
import { isUnderWay, type ObservedView } from '../../deployment/view.ts';
import type { Desired } from '../../ports.ts';
import type { RunRecord } from '../../run/run.ts';
import type { Instance } from '../../runtime.ts';

/** The state of a dependency. */
export interface Standing {
  readonly desired: Pick<Desired, 'record' | 'revision' | 'stable'>;
  /**
   * The view that this tick produced; null if there is none, because work on the dependency ended meanwhile and it is
   * judged again at once.
   */
  readonly view: ObservedView | null;
  readonly instances: readonly Instance[];
  /** A job's runs with the results of this tick, newest first. */
  readonly runs: readonly Pick<RunRecord, 'number' | 'result'>[];
}

/**
 * What is waited for, as text to follow "waits for", and what prevents it; the latter is empty if no reason is known.
 */
export interface Missing {
  readonly what: string;
  readonly why: string;
}

/** What is missing of a dependency (`standing` null: no deployment has that name); null if it is met. */
export function missingOf({ name, condition }: Dependency, standing: Standing | null): Missing | null {
  const what = wordsFor[condition](name);
  if (standing === null) return { what, why: `${name} does not exist` };
  if (standing.desired.record.deletedAt !== null) return { what, why: `${name} is being deleted` };
  const why = whyNot[condition](standing);
  return why === null ? null : { what, why };
}

const wordsFor: { readonly [Condition in Dependency['condition']]: (name: string) => string } = {
  started: (name) => `${name} to start`,
  healthy: (name) => `${name} to be healthy`,
  completed: (name) => `${name} to complete`,
};

/** What prevents a condition, empty if there is nothing to say; null: the condition is met. */
const whyNot: { readonly [Condition in Dependency['condition']]: (standing: Standing) => string | null } = {
  started: ({ desired, instances, runs, view }) => {
    if (desired.record.kind === 'job') return runs[0] && hasBegun(runs[0]) ? null : troubleOf(view);
    if (desired.record.replicas === 0) return 'it has no replicas';
    return instances.some((one) => one.startedAt !== null && isOfToday(desired, one))
      ? null
      : troubleOf(view);
  },
  healthy: ({ desired: { record }, view }) => {
    if (record.kind === 'job') return 'it is a job: wait for it to complete';
    if (record.replicas === 0) return 'it has no replicas';
    if (view === null) return '';
    const isReady = view.status === 'running' && view.ready_replicas >= record.replicas;
    return isReady && !isUnderWay(view.rollout) ? null : troubleOf(view);
  },
  completed: ({ desired: { record }, runs: [run], view }) => {
    if (record.kind !== 'job') return 'it is a worker, which runs for ever: wait for it to be healthy';
    if (run?.result.state === 'completed') return null;
    const { state, reason } = run?.result ?? { state: 'pending', reason: null };
    if (state !== 'failed' && state !== 'cancelled') return troubleOf(view);
    return `its run ${run?.number} ${state === 'failed' ? 'failed' : 'was cancelled'}${reason ? `: ${reason}` : ''}`;
  },
};

const hasBegun = ({ result }: Pick<RunRecord, 'result'>): boolean =>
  result.startedAt !== null && result.state !== 'cancelled';

/** Whether an instance runs the declared revision, or the stable one to which it was rolled back. */
const isOfToday = ({ revision, stable }: Standing['desired'], { identity }: Instance): boolean =>
  identity.specHash === revision.specHash || identity.specHash === stable?.specHash;

const fine: ReadonlySet<ObservedView['status']> = new Set(['creating', 'running', 'completed']);

/** What is wrong with a dependency, as text; empty if nothing is. */
const troubleOf = (view: ObservedView | null): string => {
  if (view === null || fine.has(view.status)) return '';
  return `it is ${view.status}${view.status_reason ? `: ${view.status_reason}` : ''}`;
};
