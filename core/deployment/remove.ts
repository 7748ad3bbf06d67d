/** The command behind DELETE: the deployment is deleted at once; its containers go as the reconciler removes them. */
import type { Caller } from '../access/user.ts';
import type { CommandPorts } from './create.ts';
import { detail, findDeployment } from './read.ts';
import type { Deployment } from './view.ts';

/** Marks a deployment as deleted and wakes the reconciler; once deleted, again is fine. DEPLOYMENT_NOT_FOUND without one. */
export async function removeDeployment(id: string, caller: Caller, ports: CommandPorts): Promise<Deployment> {
  const removed = await ports.write(async ({ deployments, events }) => {
    const record = await findDeployment(id, deployments);
    const sources = { deployments, vault: ports.vault };
    if (record.deletedAt !== null) return { record, view: await detail(record, caller, sources) };
    const at = new Date(ports.clock.now()).toISOString();
    const deleted = { ...record, deletedAt: at, updatedAt: at, generation: record.generation + 1 };
    await deployments.update(deleted, record.generation);
    const message = `Deployment ${record.id} deleted by ${caller.username}`;
    await events.add([
      { uid: record.uid, at, level: 'info', component: 'api', reason: 'DeploymentDeleted', message },
    ]);
    return { record: deleted, view: await detail(deleted, caller, sources) };
  });
  ports.wake(removed.record.uid);
  return removed.view;
}
