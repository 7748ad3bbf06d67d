/**
 * The command behind PATCH: merges a patch into the current declaration (RFC 7396) and changes the deployment to the
 * result.
 */

import * as v from 'valibot';
import type { Caller } from '../../access/user.ts';
import { invalidRequest } from '../../errors.ts';
import { defaultNamespace } from '../../name.ts';
import { validate } from '../../validate.ts';
import { detail, findDeployment } from '../read.ts';
import type { DeploymentRecord } from '../record.ts';
import { DeploymentDraft } from '../spec/draft.ts';
import { mergePatch } from '../spec/merge-patch.ts';
import { draftOf } from '../spec/normalize.ts';
import type { Deployment } from '../view.ts';
import { admitDraft } from './admit.ts';
import { changeDeployment, currentDeclaration, unchangeable } from './change.ts';
import { beingDeleted, type CommandPorts } from './create.ts';
import { withHeldPorts } from './held-ports.ts';

/** The fields a patch may name: those of a draft, each of any JSON value until it is merged. */
export const DeploymentPatch: v.GenericSchema<Record<string, unknown>> = v.record(v.string(), v.unknown());

/**
 * Merges a patch into a deployment. INVALID_REQUEST with pointers when the result is invalid or names another
 * deployment, DEPLOYMENT_NOT_FOUND, DEPLOYMENT_BEING_DELETED, POLICY_VIOLATION.
 */
export async function patchDeployment(
  target: { readonly id: string; readonly patch: Readonly<Record<string, unknown>> },
  caller: Caller,
  ports: CommandPorts,
): Promise<Deployment> {
  const { hostPorts } = ports.policy;
  const outcome = await withHeldPorts({ hostPorts }, (held) =>
    ports.write(async (stores) => {
      const existing = await findDeployment(target.id, stores.deployments);
      if (existing.deletedAt !== null) throw beingDeleted(existing);
      const current = await currentDeclaration(existing, { stores, ports });
      const draft = merged(draftOf(current), target.patch);
      checkFixed(existing, draft);
      const declaration = await admitDraft(draft, caller, ports);
      const record = await changeDeployment(existing, declaration, { stores, ports, held, caller });
      const deployment = await detail(record, caller, {
        deployments: stores.deployments,
        vault: ports.vault,
      });
      return { record, deployment, changed: record !== existing };
    }),
  );
  if (outcome.changed) ports.wake(outcome.record.uid);
  return outcome.deployment;
}

/**
 * The draft to merge into: with the field names that the patch uses, and without the fields that depend on those it
 * removes.
 */
function meant(current: DeploymentDraft, patch: Readonly<Record<string, unknown>>): DeploymentDraft {
  const { secrets, replicas, ...rest } = current;
  const { time_zone: _zone, catch_up: _catchUp, suspend: _suspend, ...unscheduled } = rest;
  return {
    ...(patch.schedule === null ? unscheduled : rest),
    ...(patch.environment === undefined ? { secrets } : { environment: secrets }),
    ...(patch.completions === undefined ? { replicas } : {}),
  };
}

/**
 * Returns the draft with the patch merged in. The environment, and pointers to its faults, use the name in the patch.
 */
function merged(current: DeploymentDraft, patch: Readonly<Record<string, unknown>>): DeploymentDraft {
  if (patch.environment !== undefined && patch.secrets !== undefined) {
    const message = 'is another name for "secrets": give only one of the two';
    throw invalidRequest([{ pointer: '/environment', message }]);
  }
  // Via JSON, so that undefined members do not exist for the patch.
  const result = validate(
    DeploymentDraft,
    mergePatch(JSON.parse(JSON.stringify(meant(current, patch))), patch),
  );
  if (result.violations) throw invalidRequest(result.violations);
  return result.output;
}

/** Rejects a patch of fields that identify a deployment. */
function checkFixed(existing: DeploymentRecord, { name, namespace, kind }: DeploymentDraft): void {
  const identity = [
    ['/name', name, existing.name],
    ['/namespace', namespace ?? defaultNamespace, existing.namespace],
    ['/kind', kind ?? 'worker', existing.kind],
  ] as const;
  const violations = identity.flatMap(([pointer, wanted, is]) =>
    wanted === is ? [] : [unchangeable(pointer, is)],
  );
  if (violations.length > 0) throw invalidRequest(violations);
}
