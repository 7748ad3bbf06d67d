/** The command that rolls back to an older revision: its spec under a new number. */
import type { Caller } from '../../access/user.ts';
import { keyViolations } from '../../config/keys.ts';
import { invalidRequest, RingError } from '../../errors.ts';
import type { Deployments, Stores } from '../../ports.ts';
import { renewed } from '../inputs.ts';
import { enforcePolicy } from '../policy.ts';
import type { DeploymentRecord, RevisionRecord } from '../record.ts';
import type { Deployment } from '../view.ts';
import { currentRevision } from './change.ts';
import { checkConflicts } from './check-conflicts.ts';
import type { CommandPorts } from './create.ts';
import { withHeldPorts } from './held-ports.ts';
import { steerRollout } from './steer.ts';

/**
 * Rolls back to the revision of this number; without one to the last stable revision or, when that is the declared one,
 * to the one before. Running containers of that revision are kept; new ones get the newest of the secrets and configs
 * it refers to. REVISION_NOT_FOUND, NOTHING_TO_ROLL_BACK_TO, POLICY_VIOLATION, INVALID_REQUEST when one of those, or a
 * config's key, does not exist any more; others: {@link steerRollout}.
 */
export const rollBack = (
  { id, revision }: { readonly id: string; readonly revision?: number | undefined },
  caller: Caller,
  ports: CommandPorts,
): Promise<Deployment> =>
  withHeldPorts({ hostPorts: ports.policy.hostPorts }, (held) =>
    steerRollout(id, { caller, ports }, async (record, stores) => {
      const target = await targetOf(record, revision, stores.deployments);
      const { number: to, specHash, spec, sealed, pin, inputs } = target;
      await enforcePolicy(spec, caller.role, ports.policy);
      checkPorts(record, target);
      await renewed(inputs, { namespace: record.namespace, pointer: '/revision' }, stores);
      await checkKeys({ namespace: record.namespace, spec }, stores);
      await checkConflicts(
        { ...record, spec },
        {
          deployments: stores.deployments,
          held,
          role: caller.role,
          policy: ports.policy,
          before: { replicas: record.replicas, ports: (await currentRevision(record, stores)).spec.ports },
          pointer: '/revision',
        },
      );
      const number = record.revision + 1;
      return {
        changes: { revision: number, image: spec.image },
        revision: { number, specHash, spec, sealed, inputs, pin, cause: { kind: 'rollback', to } },
        reason: 'RollbackRequested',
        message: `Rollback to revision ${to} requested by ${caller.username}: revision ${number}, ${spec.image}`,
      };
    }),
  );

async function targetOf(
  record: DeploymentRecord,
  wanted: number | undefined,
  deployments: Deployments,
): Promise<RevisionRecord> {
  const kept = await deployments.revisions(record.uid);
  const older = kept.filter(({ number }) => number < record.revision);
  if (wanted === record.revision) {
    throw nothing(record, `revision ${wanted} is already the declared one`);
  }
  if (wanted !== undefined) {
    const found = older.find(({ number }) => number === wanted);
    if (found) return found;
    const numbers = kept.map(({ number }) => number).join(', ');
    const message = `Revision ${wanted} of deployment ${record.id} is not kept: there are ${numbers}`;
    throw new RingError('REVISION_NOT_FOUND', message);
  }
  const stable = (await deployments.observation(record.uid))?.memory.stable;
  const previous = older.find(({ number }) => number === stable) ?? older[0];
  if (previous) return previous;
  throw nothing(record, 'there is no older revision');
}

const nothing = ({ id }: DeploymentRecord, why: string): RingError =>
  new RingError('NOTHING_TO_ROLL_BACK_TO', `Nothing to roll back deployment ${id} to: ${why}`);

/** A config may have changed since. */
async function checkKeys(of: Parameters<typeof keyViolations>[0], { configs }: Stores): Promise<void> {
  const violations = await keyViolations(of, configs);
  if (violations.length === 0) return;
  throw invalidRequest(violations.map(({ message }) => ({ pointer: '/revision', message })));
}

/** The deployment may have been scaled since. */
function checkPorts({ replicas }: DeploymentRecord, { number, spec }: RevisionRecord): void {
  const [port] = spec.ports;
  if (!port || replicas <= 1) return;
  const why = `only one replica can hold host port ${port.published}, which revision ${number} publishes`;
  throw invalidRequest([{ pointer: '/revision', message: `${why}: scale to 1 first` }]);
}
