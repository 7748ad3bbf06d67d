import { describe, expect, it, test } from 'vitest';
import {
  type DeploymentState,
  evaluateRunWait,
  evaluateWait,
} from '../../../../core/deployment/wait/evaluate-wait.ts';
import { untils } from '../../../../core/deployment/wait/wait-view.ts';
import { emptyMemory, type RolloutMemory } from '../../../../core/reconcile/memory.ts';
import { aRollout, viewOf } from '../../../support/observed.ts';
import { aDeployment, aRunRecord, type aView, madeAt } from '../../../support/records.ts';

interface Seen {
  readonly record?: Partial<DeploymentState['record']>;
  readonly rollout?: Partial<RolloutMemory>;
  readonly total?: number;
  readonly view?: Partial<ReturnType<typeof aView>>;
}

/** `web` at its second revision, whose rollout is complete, but for what is said. */
const aWorker = ({ record = {}, rollout = {}, total = 1, view = {} }: Seen = {}): DeploymentState => {
  const remembered = aRollout({ revision: 2, from: 1, ...rollout });
  const shown = viewOf(remembered);
  return {
    record: aDeployment({ revision: 2, generation: 2, ...record }),
    observation: {
      view: { ...shown, rollout: shown.rollout && { ...shown.rollout, total }, ...view },
      memory: { ...emptyMemory, rollout: remembered },
    },
    newest: null,
    isScheduled: false,
  };
};

const job = (newest: DeploymentState['newest'], isScheduled = false): DeploymentState => ({
  ...aWorker({ record: { kind: 'job' }, view: { rollout: null } }),
  newest,
  isScheduled,
});

const aRun = (
  state: 'pending' | 'running' | 'completed' | 'failed' | 'cancelled',
  reason: string | null = null,
) => aRunRecord({ number: 3, result: { ...aRunRecord().result, state, reason } });

const states = (standing: DeploymentState | null) =>
  untils.map((until) => evaluateWait(until, standing).state);

describe('a worker', () => {
  it('has come when it runs and the rollout of what is declared is complete', () => {
    expect(states(aWorker())).toEqual(['reached', 'reached', 'reached', 'waiting', 'reached']);
  });

  it('is waited for while what was seen is of another revision', () => {
    const standing = aWorker({ record: { revision: 3 } });
    expect(evaluateWait('running', standing)).toEqual({
      state: 'waiting',
      reason: 'revision 3 has not been looked at yet',
    });
    expect(evaluateWait('running', { ...standing, observation: null }).state).toBe('waiting');
  });

  it('is waited for while what was seen is of another number of replicas', () => {
    expect(evaluateWait('running', aWorker({ record: { replicas: 3 } }))).toEqual({
      state: 'waiting',
      reason: '3 replicas have not been looked at yet',
    });
  });

  it('is waited for while its rollout goes on, though the old one serves', () => {
    const standing = aWorker({ rollout: { state: 'in_progress' }, view: { status_reason: '0 of 1' } });
    expect(evaluateWait('running', standing)).toEqual({ state: 'waiting', reason: '0 of 1' });
    const held = aWorker({ rollout: { state: 'in_progress' }, record: { paused: true } });
    expect(evaluateWait('running', held).reason).toBe('the rollout is paused by hand');
  });

  it.each(['creating', 'unknown', 'crash_loop_back_off'] as const)('that is %s does not run', (status) => {
    const standing = aWorker({ view: { status, status_reason: 'why' } });
    expect(untils.map((until) => evaluateWait(until, standing))).toEqual([
      { state: 'waiting', reason: 'why' },
      { state: 'reached', reason: null },
      { state: 'waiting', reason: 'why' },
      { state: 'waiting', reason: 'it has not been deleted' },
      { state: 'waiting', reason: 'why' },
    ]);
  });

  it('is healthy when nothing is said against it', () => {
    const standing = aWorker({ view: { status_reason: 'something' } });
    expect(states(standing)).toEqual(['reached', 'reached', 'waiting', 'waiting', 'reached']);
  });

  it.each(['failed', 'rolling_back', 'rolled_back', 'paused'] as const)(
    'has failed when its rollout is %s',
    (state) => {
      const standing = aWorker({ rollout: { state, reason: 'it died' } });
      expect(states(standing)).toEqual(['failed', 'failed', 'failed', 'waiting', 'failed']);
      expect(evaluateWait('running', standing).reason).toContain('it died');
    },
  );

  it('is waited for when its failed rollout was resumed since', () => {
    const standing = aWorker({ rollout: { state: 'paused' }, record: { resumes: 1 } });
    expect(evaluateWait('running', standing).state).toBe('waiting');
  });

  it('that is being deleted comes to its end, and to nothing else', () => {
    const deleted = aWorker({ record: { deletedAt: madeAt } });
    expect(states(deleted)).toEqual(['failed', 'failed', 'failed', 'waiting', 'waiting']);
    expect(states(null)).toEqual(['failed', 'failed', 'failed', 'reached', 'reached']);
  });
});

describe('a job', () => {
  test.each([
    ['pending', 'waiting'],
    ['running', 'waiting'],
    ['completed', 'reached'],
    ['failed', 'failed'],
    ['cancelled', 'failed'],
  ] as const)('whose newest run is %s is %s', (run, state) => {
    expect(states(job(aRun(run)))).toEqual([state, state, state, 'waiting', state]);
    expect(evaluateRunWait(aRun(run)).state).toBe(state);
  });

  it('without a run is waited for, unless it is settled by its schedule', () => {
    expect(states(job(null))).toEqual(['waiting', 'waiting', 'waiting', 'waiting', 'waiting']);
    expect(states(job(null, true))).toEqual(['waiting', 'waiting', 'waiting', 'waiting', 'reached']);
    expect(evaluateWait('settled', job(aRun('failed'), true)).state).toBe('reached');
  });

  it('says why its run failed', () => {
    expect(evaluateWait('completed', job(aRun('failed', 'exit code 3')))).toEqual({
      state: 'failed',
      reason: 'exit code 3',
    });
    expect(evaluateRunWait(null)).toEqual({ state: 'failed', reason: 'the run is not kept any more' });
  });
});
