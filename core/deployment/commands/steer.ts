/**
 * The common part of the commands that steer a worker's rollout (rollback, restart, pause, resume): one transaction,
 * one event, one wake. Each command decides its change in its own file.
 */
import type { Caller } from '../../access/user.ts';
import { RingError } from '../../errors.ts';
import type { EventReason } from '../../event/event.ts';
import type { Stores } from '../../ports.ts';
import { detail, findDeployment } from '../read.ts';
import type { DeploymentRecord, RevisionRecord } from '../record.ts';
import type { Deployment } from '../view.ts';
import { beingDeleted, type CommandPorts } from './create.ts';

/** A change of a worker: the changed fields of its record, its new revision if any, and the event that records it. */
export interface Steered {
  readonly changes: Partial<Pick<DeploymentRecord, 'image' | 'revision' | 'paused' | 'resumes'>>;
  readonly revision?: Omit<RevisionRecord, 'uid' | 'createdAt' | 'author'>;
  readonly reason: EventReason;
  readonly message: string;
}

/** Decides the change of a worker; null for none. */
export type Steer = (record: DeploymentRecord, stores: Stores) => Promise<Steered | null>;

/**
 * Steers the rollout of the worker of this id. DEPLOYMENT_NOT_FOUND, DEPLOYMENT_BEING_DELETED, INVALID_REQUEST for a
 * job, DEPLOYMENT_CHANGED.
 */
export async function steerRollout(
  id: string,
  { caller, ports }: { readonly caller: Caller; readonly ports: CommandPorts },
  steer: Steer,
): Promise<Deployment> {
  const outcome = await ports.write(async (stores) => {
    const before = await findDeployment(id, stores.deployments);
    if (before.deletedAt !== null) throw beingDeleted(before);
    if (before.kind === 'job') throw noRollout(before);
    const steered = await steer(before, stores);
    const at = new Date(ports.clock.now()).toISOString();
    const record = steered === null ? before : await apply(before, steered, { stores, caller, at });
    const deployment = await detail(record, caller, { deployments: stores.deployments, vault: ports.vault });
    return { record, deployment, changed: record !== before };
  });
  if (outcome.changed) ports.wake(outcome.record.uid);
  return outcome.deployment;
}

async function apply(
  before: DeploymentRecord,
  { changes, revision, reason, message }: Steered,
  { stores, caller, at }: { readonly stores: Stores; readonly caller: Caller; readonly at: string },
): Promise<DeploymentRecord> {
  const { uid } = before;
  const record = { ...before, ...changes, generation: before.generation + 1, updatedAt: at };
  if (revision) {
    const made = { ...revision, uid, createdAt: at, author: caller.username };
    await stores.deployments.addRevision(made);
  }
  await stores.deployments.update(record, before.generation);
  await stores.events.add([{ uid, at, level: 'info', component: 'api', reason, message }]);
  return record;
}

const noRollout = ({ id }: DeploymentRecord): RingError =>
  new RingError('INVALID_REQUEST', `Deployment ${id} is a job: it has runs and no rollout`);
