/** The command that replaces all replicas: the same spec under a new revision number, rolled out like any other. */
import type { Caller } from '../../access/user.ts';
import { renewed } from '../inputs.ts';
import { enforcePolicy } from '../policy.ts';
import type { Deployment } from '../view.ts';
import { currentRevision } from './change.ts';
import type { CommandPorts } from './create.ts';
import { steerRollout } from './steer.ts';

/**
 * Rolls out the declared spec again, with the newest of the secrets and configs it refers to. The image stays the
 * resolved one, except with the pull policy `Always`, which pulls again. Errors: {@link steerRollout}.
 */
export const restartDeployment = (id: string, caller: Caller, ports: CommandPorts): Promise<Deployment> =>
  steerRollout(id, { caller, ports }, async (record, stores) => {
    const { specHash, spec, sealed, pin, inputs } = await currentRevision(record, stores);
    const { namespace } = record;
    await enforcePolicy(spec, caller.role, ports.policy);
    const number = record.revision + 1;
    return {
      changes: { revision: number },
      revision: {
        number,
        // A unique hash, so that no existing container matches it.
        specHash: ports.ids.hash(`${specHash}#${number}`),
        spec,
        sealed,
        inputs: await renewed(inputs, { namespace, pointer: '' }, stores),
        pin: spec.pullPolicy === 'Always' ? null : pin,
        cause: { kind: 'restart' },
      },
      reason: 'RestartRequested',
      message: `Restart requested by ${caller.username}: revision ${number}`,
    };
  });
