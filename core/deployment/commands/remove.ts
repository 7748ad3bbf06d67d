/** The command behind DELETE: marks the deployment as deleted; the reconciler then removes its containers. */
import type { Caller } from '../../access/user.ts';
import type { Stores } from '../../ports.ts';
import { detail, findDeployment } from '../read.ts';
import type { DeploymentRecord } from '../record.ts';
import type { Deployment } from '../view.ts';
import type { CommandPorts } from './create.ts';

/**
 * Marks a deployment as deleted and wakes the reconciler; repeating it changes nothing. DEPLOYMENT_NOT_FOUND without
 * one.
 */
export async function removeDeployment(id: string, caller: Caller, ports: CommandPorts): Promise<Deployment> {
  const at = new Date(ports.clock.now()).toISOString();
  const removed = await ports.write(async (stores) => {
    const found = await findDeployment(id, stores.deployments);
    const record = found.deletedAt === null ? await markDeleted(found, { caller, at }, stores) : found;
    const view = await detail(record, caller, { deployments: stores.deployments, vault: ports.vault });
    return { record, view };
  });
  ports.wake(removed.record.uid);
  return removed.view;
}

/** Inside a transaction: marks a deployment as deleted and records who did it. */
export async function markDeleted(
  record: DeploymentRecord,
  { caller, at }: { readonly caller: Pick<Caller, 'username'>; readonly at: string },
  { deployments, events }: Pick<Stores, 'deployments' | 'events'>,
): Promise<DeploymentRecord> {
  const { uid, id, generation } = record;
  const deleted = { ...record, deletedAt: at, updatedAt: at, generation: generation + 1 };
  await deployments.update(deleted, generation);
  const message = `Deployment ${id} deleted by ${caller.username}`;
  await events.add([{ uid, at, level: 'info', component: 'api', reason: 'DeploymentDeleted', message }]);
  return deleted;
}
