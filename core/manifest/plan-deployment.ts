/**
 * The command that plans one deployment: what declaring it would change, or the reconciler's next steps for the current
 * declaration.
 */
import type { Caller } from '../access/user.ts';
import { type Address, addressed, addressedName } from '../addressed.ts';
import { admitDraft } from '../deployment/commands/admit.ts';
import { declarationFor } from '../deployment/commands/declare.ts';
import { withHeldPorts } from '../deployment/commands/held-ports.ts';
import { findDeployment } from '../deployment/read.ts';
import type { DeploymentDeclaration } from '../deployment/spec/draft.ts';
import type { Stores } from '../ports.ts';
import { describeChanges, type ManifestPorts } from './apply.ts';
import { type CarriedOut, carryOut } from './carry-out.ts';
import type { ChangeSet } from './change.ts';
import { noEntries } from './entries.ts';
import { rehearse } from './rehearse.ts';
import { describeChange, snapshotOf } from './touched.ts';

/** The id from the URL and the declaration, if one was sent. */
export interface PlanTarget {
  readonly id: string;
  readonly declaration: DeploymentDeclaration | undefined;
}

/**
 * Returns what PUT with this declaration would change, with the errors of PUT; without a declaration, what the
 * reconciler has to do now. DEPLOYMENT_NOT_FOUND when nothing is declared.
 */
export async function planDeployment(
  { id, declaration }: PlanTarget,
  caller: Caller,
  ports: ManifestPorts,
): Promise<ChangeSet> {
  const done =
    declaration === undefined
      ? await rehearse(ports.write, (stores) => asItIs(id, stores, ports))
      : await asDeclared({ id, given: declaration }, declaration, { caller, ports });
  return describeChanges(done, ports.foresee);
}

async function asItIs(id: string, stores: Stores, { vault }: ManifestPorts): Promise<CarriedOut> {
  const record = await findDeployment(id, stores.deployments);
  const before = await snapshotOf(record, stores);
  const found = await describeChange({ before, record, reason: null }, stores, vault);
  return { namespaces: [], inputs: [], deployments: found ? [found] : [] };
}

async function asDeclared(
  address: Address,
  given: DeploymentDeclaration,
  { caller, ports }: { readonly caller: Caller; readonly ports: ManifestPorts },
): Promise<CarriedOut> {
  const admitted = await admitDraft({ ...given, ...addressedName(address) }, caller, ports);
  const { hostPorts } = ports.policy;
  return withHeldPorts({ hostPorts }, (held) =>
    rehearse(ports.write, async (stores) => {
      const existing = await addressed(address, stores.deployments);
      const declaration = declarationFor(existing, admitted);
      const { name, namespace } = declaration;
      const entry = { pointer: '', name, namespace, declaration };
      const entries = { ...noEntries, deployments: [entry], within: new Set([namespace]) };
      return carryOut({ entries, prune: null }, stores, { caller, ports, held });
    }),
  );
}
