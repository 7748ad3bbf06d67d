/** The command that creates a deployment: POST, and the first PUT of a name. */
import type { Caller } from '../../access/user.ts';
import { RingError } from '../../errors.ts';
import { qualifiedId } from '../../name.ts';
import type { Cron, Stores, Wake, Write } from '../../ports.ts';
import { runDeclared } from '../../run/declare.ts';
import { inputsOf } from '../inputs.ts';
import type { BindPolicy, Policy } from '../policy.ts';
import { detail } from '../read.ts';
import type { DeploymentRecord } from '../record.ts';
import { makeRevision, type RevisionPorts } from '../revision.ts';
import type { DeploymentDraft } from '../spec/draft.ts';
import type { Declaration } from '../spec/spec.ts';
import type { Deployment } from '../view.ts';
import { admitDraft } from './admit.ts';
import { checkConflicts } from './check-conflicts.ts';
import { type HeldPorts, withHeldPorts } from './held-ports.ts';

/** The ports that the commands that write deployments need. */
export interface CommandPorts extends RevisionPorts {
  readonly write: Write;
  readonly cron: Cron;
  readonly policy: Policy;
  readonly wake: Wake;
}

/**
 * Stores a new deployment and wakes the reconciler. INVALID_REQUEST, POLICY_VIOLATION, and DEPLOYMENT_EXISTS or
 * DEPLOYMENT_BEING_DELETED when the name is taken.
 */
export async function createDeployment(
  draft: DeploymentDraft,
  caller: Caller,
  ports: CommandPorts,
): Promise<Deployment> {
  const declaration = await admitDraft(draft, caller, ports);
  const { hostPorts } = ports.policy;
  const created = await withHeldPorts({ hostPorts }, (held) =>
    ports.write(async (stores) => {
      const record = await insertDeployment(declaration, caller, { stores, ports, held });
      const view = await detail(record, caller, { deployments: stores.deployments, vault: ports.vault });
      return { record, view };
    }),
  );
  ports.wake(created.record.uid);
  return created.view;
}

/** The user who declares. */
export type Author = Pick<Caller, 'username' | 'role'>;

/** What storing a declaration needs, inside a transaction. */
export interface Storing {
  readonly stores: Stores;
  readonly ports: RevisionPorts & { readonly policy: BindPolicy };
  /** The host ports that others hold. */
  readonly held: HeldPorts;
}

/** Inside a transaction: stores the deployment with its first revision and the event that records it. */
export async function insertDeployment(
  declaration: Declaration,
  caller: Author,
  { stores, ports, held }: Storing,
): Promise<DeploymentRecord> {
  const { deployments, events } = stores;
  const { name, namespace, runtime, replicas, spec } = declaration;
  const existing = await deployments.findByName(namespace, name);
  if (existing) throw nameTaken(existing);
  await checkConflicts(declaration, {
    deployments,
    held,
    role: caller.role,
    policy: ports.policy,
    before: null,
  });
  const inputs = await inputsOf(declaration, stores);
  const uid = ports.ids.unique();
  const at = new Date(ports.clock.now()).toISOString();
  const idTaken = (await deployments.find(name)) !== null;
  const record: DeploymentRecord = {
    uid,
    id: idTaken ? qualifiedId(name, namespace) : name,
    namespace,
    name,
    runtime,
    kind: spec.kind,
    image: spec.image,
    replicas,
    revision: 1,
    generation: 1,
    paused: false,
    resumes: 0,
    createdAt: at,
    updatedAt: at,
    deletedAt: null,
  };
  await deployments.insert(
    record,
    makeRevision(declaration, { uid, number: 1, author: caller.username, inputs }, ports),
  );
  await runDeclared(record, { job: spec.job, author: caller.username }, stores);
  const message = `Deployment ${record.id} created: ${replicas} x ${spec.image}`;
  await events.add([{ uid, at, level: 'info', component: 'api', reason: 'DeploymentCreated', message }]);
  return record;
}

/** Makes the error for a name that is in use, with the remedy. */
function nameTaken(existing: DeploymentRecord): RingError {
  if (existing.deletedAt !== null) return beingDeleted(existing);
  const way = `change it with PUT /deployments/${existing.id}`;
  return new RingError(
    'DEPLOYMENT_EXISTS',
    `Deployment ${existing.name} exists in namespace ${existing.namespace}: ${way}`,
  );
}

/** Makes the error for a deployment whose containers are still being removed. */
export const beingDeleted = (record: DeploymentRecord): RingError =>
  new RingError(
    'DEPLOYMENT_BEING_DELETED',
    `Deployment ${record.id} is being deleted: try again in a moment`,
    {
      retryAfterSeconds: 1,
    },
  );
