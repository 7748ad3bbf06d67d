/** The command behind PUT: creates, changes, or finds nothing to do. */
import type { Caller } from '../access/user.ts';
import { addressed, addressedName } from '../addressed.ts';
import { checkSchedule } from '../run/check-schedule.ts';
import { changeDeployment } from './change.ts';
import { type CommandPorts, insertDeployment } from './create.ts';
import type { DeploymentDeclaration } from './draft.ts';
import { knowingHeldPorts } from './held-ports.ts';
import { normalize } from './normalize.ts';
import { enforcePolicy } from './policy.ts';
import { detail } from './read.ts';
import type { Deployment } from './view.ts';

/**
 * Makes the deployment of this id (or `<name>.<namespace>`) what the declaration says. INVALID_REQUEST where the
 * declaration names another one, POLICY_VIOLATION, DEPLOYMENT_BEING_DELETED, DEPLOYMENT_CHANGED.
 */
export async function declareDeployment(
  target: { readonly id: string; readonly declaration: DeploymentDeclaration },
  caller: Caller,
  ports: CommandPorts,
): Promise<{ readonly deployment: Deployment; readonly created: boolean }> {
  const address = { id: target.id, given: target.declaration };
  const { hostPorts } = ports.policy;
  const outcome = await knowingHeldPorts({ hostPorts }, (held) =>
    ports.write(async (stores) => {
      const existing = await addressed(address, stores.deployments);
      const { name, namespace } = existing ?? addressedName(address);
      const declaration = normalize({ ...target.declaration, name, namespace });
      checkSchedule(declaration.spec, ports.cron);
      await enforcePolicy(declaration.spec, caller.role, ports.policy);
      const record = existing
        ? await changeDeployment(existing, declaration, { stores, ports, held, caller })
        : await insertDeployment(declaration, caller, { stores, ports, held });
      const deployment = await detail(record, caller, {
        deployments: stores.deployments,
        vault: ports.vault,
      });
      return { record, deployment, created: existing === null, changed: record !== existing };
    }),
  );
  if (outcome.changed) ports.wake(outcome.record.uid);
  return { deployment: outcome.deployment, created: outcome.created };
}
