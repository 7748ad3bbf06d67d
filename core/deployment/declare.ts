/** The command behind PUT: creates, changes, or finds nothing to do. */
import * as v from 'valibot';
import type { Caller } from '../access/user.ts';
import type { Violation } from '../errors.ts';
import { defaultNamespace, dnsLabel } from '../name.ts';
import type { Stores } from '../ports.ts';
import { checkSchedule } from '../run/check-schedule.ts';
import { changeDeployment } from './change.ts';
import { type CommandPorts, insertDeployment } from './create.ts';
import type { DeploymentDeclaration } from './draft.ts';
import { invalid, normalize } from './normalize.ts';
import { enforcePolicy } from './policy.ts';
import { detail } from './read.ts';
import type { DeploymentRecord } from './record.ts';
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
  const outcome = await ports.write(async (stores) => {
    const existing = await addressed(target, stores);
    const declaration = normalize({ ...target.declaration, ...identityOf(existing ?? nameOf(target)) });
    checkSchedule(declaration.spec, ports.cron);
    await enforcePolicy(declaration.spec, caller.role, ports.policy);
    const record = existing
      ? await changeDeployment(existing, declaration, { stores, ports, caller })
      : await insertDeployment(declaration, caller, { stores, ports });
    const deployment = await detail(record, caller, { deployments: stores.deployments, vault: ports.vault });
    return { record, deployment, created: existing === null, changed: record !== existing };
  });
  if (outcome.changed) ports.wake(outcome.record.uid);
  return { deployment: outcome.deployment, created: outcome.created };
}

type Target = Parameters<typeof declareDeployment>[0];

interface Name {
  readonly name: string;
  readonly namespace: string;
}

/** The existing deployment that the URL and the body mean together. */
async function addressed(
  { id, declaration }: Target,
  { deployments }: Stores,
): Promise<DeploymentRecord | null> {
  const { name, qualifier } = parts(id);
  const found =
    qualifier === undefined && declaration.namespace !== undefined
      ? await deployments.findByName(declaration.namespace, name)
      : await deployments.find(id);
  checkSame({ name: found?.name ?? name, namespace: found?.namespace ?? qualifier }, declaration);
  return found;
}

const identityOf = ({ name, namespace }: Name): Name => ({ name, namespace });

/** The name and namespace that a URL and a body give a deployment that is to be created. */
function nameOf({ id, declaration }: Target): Name {
  const { name, qualifier } = parts(id);
  const namespace = qualifier ?? declaration.namespace ?? defaultNamespace;
  const violations = [name, namespace].flatMap((label) => {
    const parsed = v.safeParse(dnsLabel, label);
    return parsed.success
      ? []
      : [{ pointer: '/name', message: `${label} (from the URL) ${parsed.issues[0].message}` }];
  });
  if (violations.length > 0) throw invalid({ violations });
  return { name, namespace };
}

/** An id is a name, or `<name>.<namespace>`: the namespace is what follows the first dot. */
function parts(id: string): { readonly name: string; readonly qualifier: string | undefined } {
  const dot = id.indexOf('.');
  return dot < 0
    ? { name: id, qualifier: undefined }
    : { name: id.slice(0, dot), qualifier: id.slice(dot + 1) };
}

function checkSame(
  meant: { readonly name: string; readonly namespace: string | undefined },
  given: DeploymentDeclaration,
): void {
  const violations: Violation[] = [];
  if (given.name !== undefined && given.name !== meant.name) {
    violations.push({ pointer: '/name', message: `must be ${meant.name}, as the URL says, or left out` });
  }
  if (given.namespace !== undefined && meant.namespace !== undefined && given.namespace !== meant.namespace) {
    violations.push({
      pointer: '/namespace',
      message: `must be ${meant.namespace}, as the URL says, or left out`,
    });
  }
  if (violations.length > 0) throw invalid({ violations });
}
