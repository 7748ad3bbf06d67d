/**
 * Changes a declared deployment, for PUT and PATCH: makes a new revision when what runs differs, scales when only the
 * number of replicas differs, and does nothing otherwise.
 */
import { invalidRequest, RingError, type Violation } from '../../errors.ts';
import type { NewEvent } from '../../event/event.ts';
import type { Stores } from '../../ports.ts';
import { keepUnbegun, runDeclared } from '../../run/declare.ts';
import { inputsOf } from '../inputs.ts';
import type { DeploymentRecord, RevisionRecord } from '../record.ts';
import { makeRevision, type RevisionPorts, readableConfidential, specHash } from '../revision.ts';
import { termsText } from '../spec/normalize.ts';
import type { Declaration } from '../spec/spec.ts';
import { checkConflicts } from './check-conflicts.ts';
import { type Author, beingDeleted, type Storing } from './create.ts';

/**
 * Inside a transaction: changes a deployment to a declaration; returns its record, the same object when nothing
 * changed.
 */
export async function changeDeployment(
  record: DeploymentRecord,
  declaration: Declaration,
  { stores, ports, held, caller }: Storing & { readonly caller: Author },
): Promise<DeploymentRecord> {
  if (record.deletedAt !== null) throw beingDeleted(record);
  if (record.kind !== declaration.spec.kind) {
    throw invalidRequest([unchangeable('/kind', record.kind)]);
  }
  const current = await currentRevision(record, stores);
  const difference = differenceOf(current, declaration, ports);
  const fresh = difference !== 'none';
  if (!fresh && record.replicas === declaration.replicas) return record;
  await checkConflicts(declaration, {
    deployments: stores.deployments,
    held,
    role: caller.role,
    policy: ports.policy,
    before: { replicas: record.replicas, ports: current.spec.ports },
  });
  const at = new Date(ports.clock.now()).toISOString();
  const changed: DeploymentRecord = {
    ...record,
    image: declaration.spec.image,
    replicas: declaration.replicas,
    revision: fresh ? record.revision + 1 : record.revision,
    generation: record.generation + 1,
    updatedAt: at,
  };
  if (fresh) {
    const inputs = await inputsOf(declaration, stores);
    const to = { uid: record.uid, number: changed.revision, author: caller.username, inputs };
    const made = makeRevision(declaration, to, ports);
    await stores.deployments.addRevision(difference === 'terms' ? runningAs(current, made) : made);
  }
  await stores.deployments.update(changed, record.generation);
  if (difference === 'terms') await keepUnbegun(current, changed, stores);
  if (difference === 'runs') {
    const { job } = declaration.spec;
    await runDeclared(changed, { job, author: caller.username }, stores);
  }
  await stores.events.add(eventsOf(record, changed));
  return changed;
}

/**
 * Reconstructs the declaration of a record and its current revision; INTERNAL, with the remedy, when the key is lost.
 */
export async function currentDeclaration(
  record: DeploymentRecord,
  { stores, ports }: { readonly stores: Pick<Stores, 'deployments'>; readonly ports: RevisionPorts },
): Promise<Declaration> {
  const revision = await currentRevision(record, stores);
  const confidential = readableConfidential(revision, ports.vault);
  if (confidential === null) {
    const way = `declare all of it again with PUT /deployments/${record.id}`;
    throw new RingError('INTERNAL', `The secrets of deployment ${record.id} cannot be opened: ${way}`);
  }
  const { name, namespace, runtime, replicas } = record;
  return {
    name,
    namespace,
    runtime,
    replicas,
    spec: revision.spec,
    confidential,
  };
}

/** Makes the violation for a field that cannot change. */
export const unchangeable = (pointer: string, value: string): Violation => ({
  pointer,
  message: `cannot change from ${value}: delete the deployment and create another`,
});

/** Returns the current revision of a record; INTERNAL when it is missing. */
export async function currentRevision(
  record: DeploymentRecord,
  { deployments }: Pick<Stores, 'deployments'>,
): Promise<RevisionRecord> {
  const revision = await deployments.revision(record.uid, record.revision);
  if (revision) return revision;
  throw new RingError('INTERNAL', 'The current revision of a deployment is missing');
}

/** `terms` are fields whose change does not affect what runs. */
type Difference = 'none' | 'terms' | 'runs';

/**
 * Returns what a declaration changes of a revision. Compares the declarations, not the stored hashes, because a restart
 * changes the hash. Everything counts as changed when the current revision cannot be decrypted: declaring the
 * deployment again is the remedy for a lost key.
 */
function differenceOf(current: RevisionRecord, declaration: Declaration, ports: RevisionPorts): Difference {
  const confidential = readableConfidential(current, ports.vault);
  if (confidential === null) return 'runs';
  const hash = (one: Pick<Declaration, 'spec' | 'confidential'>) =>
    specHash({ ...one, inputs: [] }, current.number, ports.ids);
  if (hash({ spec: current.spec, confidential }) !== hash(declaration)) return 'runs';
  const same =
    termsText(current.spec) === termsText(declaration.spec) &&
    JSON.stringify(confidential.credentials) === JSON.stringify(declaration.confidential.credentials);
  return same ? 'none' : 'terms';
}

/** With `Always` each revision pulls again; every other revision keeps the image that runs. */
const runningAs = ({ specHash, pin, inputs }: RevisionRecord, made: RevisionRecord): RevisionRecord =>
  made.spec.pullPolicy === 'Always' ? made : { ...made, specHash, pin, inputs };

function eventsOf(before: DeploymentRecord, after: DeploymentRecord): NewEvent[] {
  const base = { uid: after.uid, at: after.updatedAt, level: 'info', component: 'api' } as const;
  const events: NewEvent[] = [];
  if (after.revision !== before.revision) {
    events.push({
      ...base,
      reason: 'DeploymentChanged',
      message: `Revision ${after.revision} declared: ${after.image}`,
    });
  }
  if (after.replicas !== before.replicas) {
    const reason = after.replicas > before.replicas ? 'ScaledUp' : 'ScaledDown';
    events.push({ ...base, reason, message: `Scaled from ${before.replicas} to ${after.replicas} replicas` });
  }
  return events;
}
