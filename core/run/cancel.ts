/** The command that ends a run early. What happens to the run's containers is decided by the reconciler. */
import type { Caller } from '../access/user.ts';
import type { CommandPorts } from '../deployment/commands/create.ts';
import { findRun, type RunTarget } from './read.ts';
import { type RunView, runView } from './view.ts';

/**
 * Records the request to end a run and wakes the reconciler; a run that is over, or was already asked to end, is left
 * unchanged. DEPLOYMENT_NOT_FOUND, RUN_NOT_FOUND.
 */
export async function cancelRun(target: RunTarget, caller: Caller, ports: CommandPorts): Promise<RunView> {
  const { record, run, isAsked } = await ports.write(async (stores) => {
    const { record, run } = await findRun(target, stores);
    const asked = await stores.runs.cancel(record.uid, [run.number], `cancelled by ${caller.username}`);
    return { ...(await findRun(target, stores)), record, isAsked: asked.length > 0 };
  });
  if (isAsked) ports.wake(record.uid);
  return runView(run, { deployment: record.id, isMasked: false, vault: ports.vault });
}
