/**
 * Simulates the life of a job: with any options and any runs, and between observations any change of the containers, of
 * Ring and of the time. job-guard.ts checks every start.
 */
import fc from 'fast-check';
import { remember } from '../../core/reconcile/execute/outcome.ts';
import { judge } from '../../core/reconcile/judge/judge.ts';
import type { Lane, Plan } from '../../core/reconcile/plan/actions.ts';
import { plan } from '../../core/reconcile/plan/plan.ts';
import { atRevision, revisionNumbered, type Subject, slotMemory } from '../../core/reconcile/subject.ts';
import { defaultTerms } from '../../core/run/terms.ts';
import type { Instance } from '../../core/runtime.ts';
import { complaintOfStart } from './job-guard.ts';
import { step } from './plan-model.ts';
import { aRunRecord } from './records.ts';
import { aRun, aSubject } from './subjects.ts';

/** A life so far. */
export interface JobLife {
  readonly subject: Subject;
  /** What was ever started, in order. */
  readonly started: readonly Instance[];
  readonly complaints: readonly string[];
}

/** What happens between two looks. */
export interface Move {
  /** What becomes of each container that runs, by turns; the last two are done by hand. */
  readonly ends: readonly ('goes on' | 'completes' | 'fails' | 'is killed' | 'is removed')[];
  /** How many steps of each lane are done before Ring dies and forgets what came of them; null: all of it is done. */
  readonly diesAfter: number | null;
  readonly passesMs: number;
  /** What a person asks for. */
  readonly asks: 'nothing' | 'a run' | 'the end of all';
}

/** Any life of a job. */
export const anyJob: fc.Arbitrary<Subject> = fc
  .record({
    completions: fc.integer({ min: 1, max: 4 }),
    retries: fc.integer({ min: 0, max: 2 }),
    parallelism: fc.constantFrom(null, 1, 2),
    timeoutMs: fc.constantFrom(null, null, 5_000, 60_000),
    ttlMs: fc.constantFrom(null, 0, 20_000),
    history: fc.integer({ min: 1, max: 2 }),
    concurrency: fc.constantFrom('forbid' as const, 'allow' as const),
  })
  .map(({ completions, ...terms }) =>
    aSubject({
      kind: 'job',
      replicas: completions,
      spec: { job: { ...defaultTerms, ...terms }, restartPolicy: 'never' },
    }),
  );

/** Anything that may happen. */
export const anyMove: fc.Arbitrary<Move> = fc.record({
  ends: fc.array(
    fc.constantFrom('goes on', 'goes on', 'completes', 'fails', 'fails', 'is killed', 'is removed'),
    { minLength: 1, maxLength: 4 },
  ),
  diesAfter: fc.constantFrom(null, null, null, 0, 1, 2, 3),
  passesMs: fc.constantFrom(0, 100, 1_500, 20_000, 400_000),
  asks: fc.constantFrom('nothing', 'nothing', 'nothing', 'nothing', 'a run', 'the end of all'),
});

/** A life before anything has happened. */
export const begin = (subject: Subject): JobLife => ({ subject, started: [], complaints: [] });

/** One look and what is done after it; what was found is recorded first. */
export function look(life: JobLife, diesAfter: number | null = null): JobLife & { readonly plan: Plan } {
  const { subject } = life;
  const { memory, runs } = judge(subject, null);
  const judged: Subject = { ...subject, memory, desired: { ...subject.desired, runs } };
  const planned = plan(judged);
  const acted = planned.lanes.reduce((now, lane) => act(now, lane, diesAfter), { ...life, subject: judged });
  const { now, desired } = judged;
  const outcomes = planned.lanes.map((lane) => ({ lane, fault: null, failed: null, events: [] }));
  const after =
    diesAfter === null ? remember(acted.subject.memory, { desired, outcomes, now }) : acted.subject.memory;
  return { ...acted, subject: { ...acted.subject, memory: after }, plan: planned };
}

/** Does a lane's steps, or the first of them: what is intended is noted at once, as it is before a start. */
function act(life: JobLife, lane: Lane, diesAfter: number | null): JobLife {
  return lane.actions.slice(0, diesAfter ?? lane.actions.length).reduce((now, action): JobLife => {
    const { subject, started, complaints } = now;
    const revision = revisionNumbered(subject.desired, lane.revision);
    const at = revision ? atRevision(subject, revision) : subject;
    if (action.kind === 'intendRun') {
      const run = aRun({ attempt: action.attempt, intendedAt: new Date(subject.now).toISOString() });
      const slots = { ...subject.memory.slots, [action.slot]: { ...slotMemory(at, action.slot), run } };
      const memory = { ...subject.memory, slots };
      return { started, complaints, subject: { ...subject, memory } };
    }
    const instances = step(at, subject.instances, action);
    const isNew = (one: Instance) =>
      one.state === 'running' &&
      subject.instances.every((old) => old.id !== one.id || old.state !== 'running') &&
      action.kind === 'startInstance';
    const begun = instances.filter(isNew);
    const view = { now: instances, declared: [life.subject.desired], before: started };
    const found = begun.flatMap((one) => complaintOfStart(one, view) ?? []);
    return {
      subject: { ...subject, instances },
      started: [...started, ...begun],
      complaints: [...complaints, ...found],
    };
  }, life);
}

/** What happens after a look. */
export function happen(life: JobLife, { ends, passesMs, asks }: Move): JobLife {
  const { subject } = life;
  const running = subject.instances.filter(({ state }) => state === 'running').map(({ id }) => id);
  const killed = new Set(subject.killed);
  const instances = subject.instances.flatMap((one): Instance[] => {
    const end = running.includes(one.id) ? ends[running.indexOf(one.id) % ends.length] : 'goes on';
    if (end === 'is removed') return [];
    if (end === 'goes on' || end === undefined) return [one];
    if (end === 'is killed') killed.add(one.id);
    return [{ ...one, state: 'exited', exitCode: end === 'fails' ? 3 : 0, finishedAt: subject.now }];
  });
  const { runs } = subject.desired;
  const number = Math.max(0, ...runs.map((run) => run.number)) + 1;
  const isFree = runs.every(({ result }) => result.finishedAt !== null);
  const mayRun = isFree || subject.desired.revision.spec.job?.concurrency === 'allow';
  const completions = subject.desired.record.replicas;
  const after = {
    nothing: runs,
    'a run': mayRun ? [aRunRecord({ number, completions, cause: 'manual' }), ...runs] : runs,
    'the end of all': runs.map((run) =>
      run.result.finishedAt === null ? { ...run, cancelReason: run.cancelReason ?? 'by hand' } : run,
    ),
  }[asks];
  return {
    ...life,
    subject: {
      ...subject,
      instances,
      killed,
      now: subject.now + passesMs,
      desired: { ...subject.desired, runs: after },
    },
  };
}
