/** Reports why a run has not started yet. */
import { setTimeout as pause } from 'node:timers/promises';
import type { RunView } from '../../../core/run/view.ts';
import type { Session } from '../session.ts';

const firstMs = 1_500;
const everyMs = 2_000;

/** Polls the run and its job until it runs or the signal is aborted; a failed poll reports nothing. Never rejects. */
export async function waitingReason(
  { client, terminal }: Session,
  { deployment: id, number }: RunView,
  signal: AbortSignal,
): Promise<void> {
  let said: string | null = null;
  try {
    for (let waitMs = firstMs; ; waitMs = everyMs) {
      await pause(waitMs, undefined, { signal });
      const [{ body: run }, { body: job }] = await Promise.all([
        client.readRun({ params: { id, number }, signal }),
        client.readDeployment({ params: { id }, signal }),
      ]);
      if (run.state !== 'pending') return;
      const reason = run.reason ?? job.status_reason;
      if (reason !== null && reason !== said) {
        said = reason;
        terminal.note(`${id}: ${reason}`);
      }
    }
  } catch {
    // The caller that follows the run reports its errors; this poll only explains a delay.
    return;
  }
}
