/** The command that plans one deployment: what declaring it would do, or what is still to be done for what is declared. */
import type { Caller } from '../access/user.ts';
import { addressed, addressedName } from '../addressed.ts';
import type { DeploymentDeclaration } from '../deployment/draft.ts';
import { type HeldPorts, knowingHeldPorts } from '../deployment/held-ports.ts';
import { normalize } from '../deployment/normalize.ts';
import { enforcePolicy } from '../deployment/policy.ts';
import { findDeployment } from '../deployment/read.ts';
import type { Stores } from '../ports.ts';
import { checkSchedule } from '../run/check-schedule.ts';
import { type ManifestPorts, told } from './apply.ts';
import { type CarriedOut, carryOut } from './carry-out.ts';
import type { ChangeSet } from './change.ts';
import { noEntries } from './entries.ts';
import { rehearse } from './rehearse.ts';
import { standingOf, tell } from './touched.ts';

/** A URL's id and what was sent to it, if anything was. */
export interface PlanTarget {
  readonly id: string;
  readonly declaration: DeploymentDeclaration | undefined;
}

/**
 * What PUT with this declaration would do, and be refused for; without one, what the reconciler has to do now.
 * DEPLOYMENT_NOT_FOUND where nothing is declared, and the errors of PUT.
 */
export async function planDeployment(
  { id, declaration }: PlanTarget,
  caller: Caller,
  ports: ManifestPorts,
): Promise<ChangeSet> {
  const { hostPorts } = ports.policy;
  const done = await knowingHeldPorts({ hostPorts }, (held) =>
    rehearse(ports.write, (stores) =>
      declaration === undefined
        ? asItIs(id, stores, ports)
        : asDeclared({ id, declaration }, stores, { caller, ports, held }),
    ),
  );
  return told(done, ports.foresee);
}

async function asItIs(id: string, stores: Stores, { vault }: ManifestPorts): Promise<CarriedOut> {
  const record = await findDeployment(id, stores.deployments);
  const before = await standingOf(record, stores);
  const found = await tell({ before, record, reason: null }, stores, vault);
  return { namespaces: [], inputs: [], deployments: found ? [found] : [] };
}

async function asDeclared(
  target: { readonly id: string; readonly declaration: DeploymentDeclaration },
  stores: Stores,
  {
    caller,
    ports,
    held,
  }: { readonly caller: Caller; readonly ports: ManifestPorts; readonly held: HeldPorts },
): Promise<CarriedOut> {
  const address = { id: target.id, given: target.declaration };
  const existing = await addressed(address, stores.deployments);
  const { name, namespace } = existing ?? addressedName(address);
  const declaration = normalize({ ...target.declaration, name, namespace });
  checkSchedule(declaration.spec, ports.cron);
  await enforcePolicy(declaration.spec, caller.role, ports.policy);
  const entry = { pointer: '', name, namespace, declaration };
  const entries = { ...noEntries, deployments: [entry], within: new Set([namespace]) };
  return carryOut({ entries, prune: null }, stores, { caller, ports, held });
}
