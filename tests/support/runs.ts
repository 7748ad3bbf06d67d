/** Builders of runs of `web` for tests: started two seconds before the observation, finished one second before it. */
import type { Attempt } from '../../core/reconcile/memory.ts';
import type { RunRecord, RunResult } from '../../core/run/run.ts';
import { defaultTerms, type JobTerms } from '../../core/run/terms.ts';
import type { Instance } from '../../core/runtime.ts';
import { aPart, aRunRecord } from './records.ts';
import { anInstance, aRun, later, type SubjectChanges } from './subjects.ts';

/** A job on terms of its own. */
export const terms = (changes: Partial<JobTerms>): SubjectChanges => ({
  spec: { job: { ...defaultTerms, ...changes } },
});

/** The first part's container, ended with this code. */
export const exited = (exitCode: number): Instance => anInstance({ state: 'exited', exitCode });

/** The first try of a part, ended. */
export const anEndedTry = (outcome: 'completed' | 'failed', exitCode: number): Attempt =>
  aRun({
    outcome,
    exitCode,
    reason: outcome === 'completed' ? null : `it ended with exit code ${exitCode}`,
    finishedAt: later(-1_000),
  });

/** A run whose one part runs. */
export const running: RunResult = {
  state: 'running',
  startedAt: later(-2_000),
  finishedAt: null,
  reason: null,
  parts: [aPart({ attempts: 1, startedAt: later(-2_000) })],
};

/** A run that is over, as its one part is. */
export const over = (
  state: 'completed' | 'failed' | 'cancelled',
  reason: string | null = null,
): RunResult => ({
  ...running,
  state,
  finishedAt: later(-1_000),
  reason,
  parts: [
    aPart({
      attempts: 1,
      outcome: state === 'completed' ? 'completed' : 'failed',
      exitCode: state === 'completed' ? 0 : 3,
      startedAt: later(-2_000),
      finishedAt: later(-1_000),
      reason,
    }),
  ],
});

/** A run that completed. */
export const overRun = (changes: Partial<RunRecord> = {}): RunRecord =>
  aRunRecord({ result: over('completed'), ...changes });
