/** The command behind PUT: creates a deployment, changes it, or does nothing when nothing differs. */
import type { Caller } from '../../access/user.ts';
import { addressed, addressedName } from '../../addressed.ts';
import { detail } from '../read.ts';
import type { DeploymentRecord } from '../record.ts';
import type { DeploymentDeclaration } from '../spec/draft.ts';
import type { Declaration } from '../spec/spec.ts';
import type { Deployment } from '../view.ts';
import { admitDraft } from './admit.ts';
import { changeDeployment } from './change.ts';
import { type CommandPorts, insertDeployment } from './create.ts';
import { withHeldPorts } from './held-ports.ts';

/**
 * Sets the deployment of this id (or `<name>.<namespace>`) to the declaration. INVALID_REQUEST when the declaration
 * names another deployment, POLICY_VIOLATION, DEPLOYMENT_BEING_DELETED, DEPLOYMENT_CHANGED.
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
  const outcome = await withHeldPorts({ hostPorts }, (held) =>
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

/**
 * Applies an admitted declaration to the deployment that its URL means: an id determines the name, and not always the
 * namespace.
 */
export const declarationFor = (
  existing: Pick<DeploymentRecord, 'namespace'> | null,
  admitted: Declaration,
): Declaration => (existing ? { ...admitted, namespace: existing.namespace } : admitted);
