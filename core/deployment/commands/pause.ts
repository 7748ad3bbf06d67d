/** The command that pauses a rollout: no further replica is replaced until it is resumed. */
import type { Caller } from '../../access/user.ts';
import type { Deployment } from '../view.ts';
import type { CommandPorts } from './create.ts';
import { steerRollout } from './steer.ts';

/**
 * Pauses the rollout, or the next one when none is under way; pausing again changes nothing. Errors: {@link
 * steerRollout}.
 */
export const pauseRollout = (id: string, caller: Caller, ports: CommandPorts): Promise<Deployment> =>
  steerRollout(id, { caller, ports }, async ({ paused }) =>
    paused
      ? null
      : {
          changes: { paused: true },
          reason: 'RolloutPaused',
          message: `Rollout paused by ${caller.username}`,
        },
  );
