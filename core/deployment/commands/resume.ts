/** The command that continues a rollout that was paused by a user or stopped because it failed. */
import type { Caller } from '../../access/user.ts';
import type { Stores } from '../../ports.ts';
import type { DeploymentRecord } from '../record.ts';
import type { Deployment } from '../view.ts';
import type { CommandPorts } from './create.ts';
import { steerRollout } from './steer.ts';

/** Resumes the rollout; resuming an active one changes nothing. Errors: {@link steerRollout}. */
export const resumeRollout = (id: string, caller: Caller, ports: CommandPorts): Promise<Deployment> =>
  steerRollout(id, { caller, ports }, async (record, stores) =>
    record.paused || (await hasStopped(record, stores))
      ? {
          changes: { paused: false, resumes: record.resumes + 1 },
          reason: 'RolloutResumed',
          message: `Rollout resumed by ${caller.username}`,
        }
      : null,
  );

/** Whether the rollout failed and has not been resumed since. */
async function hasStopped(record: DeploymentRecord, { deployments }: Stores): Promise<boolean> {
  const rollout = (await deployments.observation(record.uid))?.memory.rollout;
  return (
    rollout?.state === 'paused' && rollout.revision === record.revision && rollout.resumes === record.resumes
  );
}
