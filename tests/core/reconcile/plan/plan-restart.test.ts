/** Whether what ended is started again: by the declared policy. */
import { expect, it } from 'vitest';
import { plan } from '../../../../core/reconcile/plan/plan.ts';
import { anInstance, aSubject } from '../../../support/subjects.ts';

it.each<['always' | 'on-failure' | 'never', number, boolean]>([
  ['always', 0, true],
  ['always', 1, true],
  ['on-failure', 0, false],
  ['on-failure', 1, true],
  ['never', 0, false],
  ['never', 1, false],
])(
  'restart_policy %s starts what ended with exit code %i again: %s',
  (restartPolicy, exitCode, isStarted) => {
    const subject = aSubject({
      spec: { restartPolicy },
      instances: [anInstance({ state: 'exited', exitCode })],
    });
    const start = { kind: 'startInstance', slot: 0, target: 'c0-r1' };
    expect(plan(subject).lanes).toEqual(
      isStarted ? [{ slot: 0, revision: 1, actions: [start], counts: true }] : [],
    );
  },
);
