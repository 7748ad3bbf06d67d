/** The command behind PUT: creates, changes, or finds nothing to do. */
import type { Caller } from '../access/user.ts';
import { addressed, addressedName } from '../addressed.ts';
import { admitDraft } from './admit.ts';
import { changeDeployment } from './change.ts';
import { type CommandPorts, insertDeployment } from './create.ts';
import type { DeploymentDeclaration } from './draft.ts';
import { knowingHeldPorts } from './held-ports.ts';
import { detail } from './read.ts';
import type { DeploymentRecord } from './record.ts';
import type { Declaration } from './spec.ts';
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
  const draft = { ...target.declaration, ...addressedName(address) };
  const admitted = await admitDraft(draft, caller, ports);
  const { hostPorts } = ports.policy;
  const outcome = await knowingHeldPorts({ hostPorts }, (held) =>
    ports.write(async (stores) => {
      const existing = await addressed(address, stores.deployments);
      const declaration = declarationFor(existing, admitted);
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

/** What was admitted by its URL, for the deployment which that means: an id tells the name, and not always the namespace. */
export const declarationFor = (
  existing: Pick<DeploymentRecord, 'namespace'> | null,
  admitted: Declaration,
): Declaration => (existing ? { ...admitted, namespace: existing.namespace } : admitted);
