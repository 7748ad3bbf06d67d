/** What holds of every life of a job, whatever ends, vanishes, is asked for or cut short. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { judge } from '../../../core/reconcile/judge/judge.ts';
import { isOver } from '../../../core/run/run.ts';
import { anyJob, anyMove, begin, happen, type JobLife, look, type Move } from '../../support/job-model.ts';

const always = (holds: (life: JobLife, moves: readonly Move[]) => void) =>
  fc.assert(
    fc.property(anyJob, fc.array(anyMove, { maxLength: 25 }), (job, moves) => holds(begin(job), moves)),
    { numRuns: 250 },
  );

const lived = (life: JobLife, moves: readonly Move[]): JobLife =>
  moves.reduce((now, move) => happen(look(now, move.diesAfter), move), life);

/** From now on all goes well. */
const inPeace: Move = { ends: ['completes'], diesAfter: null, passesMs: 400_000, asks: 'nothing' };
const settled = (life: JobLife): JobLife =>
  Array.from({ length: 60 }, () => inPeace).reduce((now, move) => happen(look(now), move), life);

it('begins no try twice, none beyond those asked for, none of what is over, and never too many at once', () => {
  always((life, moves) => {
    expect(settled(lived(life, moves)).complaints).toEqual([]);
  });
});

it('comes to an end: every run is over, and its own outcome needs nothing more', () => {
  always((life, moves) => {
    const { subject } = settled(lived(life, moves));
    expect(subject.desired.runs.filter((run) => !isOver(run))).toEqual([]);
    const { plan } = look({ subject, started: [], complaints: [] });
    const { lanes, resolveImage, dueAt } = plan;
    expect({ lanes, resolveImage, dueAt }).toEqual({ lanes: [], resolveImage: false, dueAt: null });
    expect(judge(subject, null)).toMatchObject({ change: null, memory: { slots: {} } });
  });
});

it('keeps no more runs than its history, and of each part what ended last and what failed last', () => {
  always((life, moves) => {
    const { subject } = settled(lived(life, moves));
    const { history } = subject.desired.revision.spec.job ?? { history: 0 };
    expect(subject.desired.runs.length).toBeLessThanOrEqual(history);
    const slots = subject.instances.map(({ identity }) => identity.slot);
    for (const slot of slots) expect(slots.filter((other) => other === slot).length).toBeLessThanOrEqual(2);
  });
});

it('says nothing else of a run once it is over', () => {
  always((life, moves) => {
    const said = new Map<number, string>();
    moves.reduce((before, move) => {
      const now = lived(before, [move]);
      for (const run of now.subject.desired.runs.filter(isOver)) {
        const text = JSON.stringify(run.result);
        expect(said.get(run.number) ?? text).toBe(text);
        said.set(run.number, text);
      }
      return now;
    }, life);
  });
});
