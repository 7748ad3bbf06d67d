/**
 * Converts what a client sends into a declaration that may be stored: the common path of POST, PUT, PATCH and
 * manifests.
 */
import type { Caller } from '../../access/user.ts';
import type { Cron } from '../../ports.ts';
import { checkSchedule } from '../../run/check-schedule.ts';
import { enforcePolicy, type Policy } from '../policy.ts';
import type { DeploymentDraft } from '../spec/draft.ts';
import { normalize } from '../spec/normalize.ts';
import type { Declaration } from '../spec/spec.ts';

/** The ports that admitting a draft needs. */
export interface AdmitPorts {
  readonly cron: Cron;
  readonly policy: Policy;
}

/**
 * Returns the draft in normal form when it is well-formed, its schedule is valid and the caller may declare it.
 * INVALID_REQUEST or POLICY_VIOLATION with every violation. Does not read the store: check-conflicts.ts checks it
 * against other declarations, inside the transaction.
 */
export async function admitDraft(
  draft: DeploymentDraft,
  { role }: Pick<Caller, 'role'>,
  { cron, policy }: AdmitPorts,
): Promise<Declaration> {
  const declaration = normalize(draft);
  checkSchedule(declaration.spec, cron);
  await enforcePolicy(declaration.spec, role, policy);
  return declaration;
}
