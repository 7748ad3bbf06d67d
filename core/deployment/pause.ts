/** The command that holds a rollout: no further replica begins to be replaced until it is resumed. */
import type { Caller } from '../access/user.ts';
import type { CommandPorts } from './create.ts';
import { steerRollout } from './steer.ts';
import type { Deployment } from './view.ts';

/** Pauses the rollout, also the next one where none is under way; pausing what is paused changes nothing. Errors: {@link steerRollout}. */
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
