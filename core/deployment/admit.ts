/** Turns what a client sends into a declaration that may be stored: the one way for POST, PUT, PATCH and manifests. */
import type { Caller } from '../access/user.ts';
import type { Cron } from '../ports.ts';
import { checkSchedule } from '../run/check-schedule.ts';
import type { DeploymentDraft } from './draft.ts';
import { normalize } from './normalize.ts';
import { enforcePolicy, type Policy } from './policy.ts';
import type { Declaration } from './spec.ts';

/** What admitting a draft needs. */
export interface AdmitPorts {
  readonly cron: Cron;
  readonly policy: Policy;
}

/**
 * The draft in normal form, once it is well-formed, its schedule can be met and the caller may declare it.
 * INVALID_REQUEST or POLICY_VIOLATION with every violation. Needs nothing of the store: what a declaration may not be
 * beside others is decided in neighbours.ts, inside the transaction.
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
