/** The command behind PATCH: merges into what is declared now (RFC 7396) and changes to the result. */

import * as v from 'valibot';
import type { Caller } from '../access/user.ts';
import { invalidRequest } from '../errors.ts';
import { defaultNamespace } from '../name.ts';
import { validate } from '../validate.ts';
import { admitDraft } from './admit.ts';
import { changeDeployment, currentDeclaration, unchangeable } from './change.ts';
import { beingDeleted, type CommandPorts } from './create.ts';
import { DeploymentDraft } from './draft.ts';
import { knowingHeldPorts } from './held-ports.ts';
import { mergePatch } from './merge-patch.ts';
import { draftOf } from './normalize.ts';
import { detail, findDeployment } from './read.ts';
import type { DeploymentRecord } from './record.ts';
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
  const { hostPorts } = ports.policy;
  const outcome = await knowingHeldPorts({ hostPorts }, (held) =>
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

/** The draft as a patch means it: by the names that it gives, and without what goes with what it takes away. */
function meant(current: DeploymentDraft, patch: Readonly<Record<string, unknown>>): DeploymentDraft {
  const { secrets, replicas, ...rest } = current;
  const { time_zone: _zone, catch_up: _catchUp, suspend: _suspend, ...unscheduled } = rest;
  return {
    ...(patch.schedule === null ? unscheduled : rest),
    ...(patch.environment === undefined ? { secrets } : { environment: secrets }),
    ...(patch.completions === undefined ? { replicas } : {}),
  };
}

/** The draft with the patch merged in. The environment goes by the name that the patch gives it, and so do its faults. */
function merged(current: DeploymentDraft, patch: Readonly<Record<string, unknown>>): DeploymentDraft {
  if (patch.environment !== undefined && patch.secrets !== undefined) {
    const message = 'is another name for "secrets": give only one of the two';
    throw invalidRequest([{ pointer: '/environment', message }]);
  }
  // As text and back: what is undefined is no member for a patch to meet.
  const result = validate(
    DeploymentDraft,
    mergePatch(JSON.parse(JSON.stringify(meant(current, patch))), patch),
  );
  if (result.violations) throw invalidRequest(result.violations);
  return result.output;
}

/** A patch cannot make a deployment another one. */
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
