/** The command behind PATCH: merges into what is declared now (RFC 7396) and changes to the result. */
import * as v from 'valibot';
import type { Caller } from '../access/user.ts';
import { changeDeployment, currentDeclaration, fixed } from './change.ts';
import type { CommandPorts } from './create.ts';
import { DeploymentDraft } from './draft.ts';
import { mergePatch } from './merge-patch.ts';
import { draftOf, invalid, normalize } from './normalize.ts';
import { enforcePolicy } from './policy.ts';
import { detail, findDeployment } from './read.ts';
import type { Deployment } from './view.ts';

/** The fields a patch may name: those of a draft, each of any JSON value until it is merged. */
export const DeploymentPatch: v.GenericSchema<Record<string, unknown>> = v.record(v.string(), v.unknown());

/**
 * Merges a patch into a deployment. INVALID_REQUEST with pointers where the result is no deployment or another one,
 * DEPLOYMENT_NOT_FOUND, DEPLOYMENT_BEING_DELETED, POLICY_VIOLATION.
 */
export async function patchDeployment(
  target: { readonly id: string; readonly patch: Readonly<Record<string, unknown>> },
  caller: Caller,
  ports: CommandPorts,
): Promise<Deployment> {
  const outcome = await ports.write(async (stores) => {
    const existing = await findDeployment(target.id, stores.deployments);
    const current = await currentDeclaration(existing, { stores, ports });
    const declaration = normalize(merged(draftOf(current), target.patch));
    if (declaration.name !== existing.name) throw fixed('/name', existing.name);
    if (declaration.namespace !== existing.namespace) throw fixed('/namespace', existing.namespace);
    await enforcePolicy(declaration.spec, caller.role, ports.policy);
    const record = await changeDeployment(existing, declaration, { stores, ports });
    const deployment = await detail(record, caller, { deployments: stores.deployments, vault: ports.vault });
    return { record, deployment, changed: record !== existing };
  });
  if (outcome.changed) ports.wake(outcome.record.uid);
  return outcome.deployment;
}

/** The draft with the patch merged in: `environment` is another name of `secrets`, so it goes where they are. */
function merged(current: DeploymentDraft, patch: Readonly<Record<string, unknown>>): DeploymentDraft {
  const { environment, ...rest } = patch;
  if (environment !== undefined && 'secrets' in rest) {
    throw invalid({
      violations: [
        { pointer: '/environment', message: 'is another name of "secrets": give only one of the two' },
      ],
    });
  }
  const effective = environment === undefined ? rest : { ...rest, secrets: environment };
  const result = v.safeParse(DeploymentDraft, mergePatch(JSON.parse(JSON.stringify(current)), effective));
  if (result.success) return result.output;
  throw invalid({
    violations: result.issues.map((issue) => ({
      pointer: `/${(v.getDotPath(issue) ?? '').replaceAll('.', '/')}`,
      message: issue.message,
    })),
  });
}
