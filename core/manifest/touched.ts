/**
 * Deployments before and after applying: their changes, and the desired state that the reconciler will find.
 * carry-out.ts makes the changes.
 */

import type { Vault } from '../access/security.ts';
import type { DeploymentRecord, RevisionRecord } from '../deployment/record.ts';
import { readableConfidential } from '../deployment/revision.ts';
import type { Confidential, Declaration } from '../deployment/spec/spec.ts';
import type { Desired, Stores } from '../ports.ts';
import { isOver } from '../run/run.ts';
import type { Change, ChangeKind } from './change.ts';
import { fieldsOf } from './fields.ts';

/** The state of a deployment before the change. */
export interface Snapshot {
  readonly record: DeploymentRecord;
  readonly revision: RevisionRecord;
}

/** A deployment that the manifests concern. */
export interface Touched {
  readonly before: Snapshot | null;
  /** Its record after the change. */
  readonly record: DeploymentRecord;
  /** The field that the client uses for the environment. */
  readonly environmentName?: Declaration['environmentName'];
  /** Why it changed, when the declaration does not explain it. */
  readonly reason: string | null;
}

/** The change of a deployment, and the desired state that the reconciler will find. */
export interface DeploymentChange {
  readonly change: Change;
  readonly desired: Desired;
  readonly before: Snapshot | null;
}

/** Inside the transaction: returns the current state of a deployment; null when its revision is gone. */
export async function snapshotOf(
  record: DeploymentRecord,
  { deployments }: Pick<Stores, 'deployments'>,
): Promise<Snapshot | null> {
  const revision = await deployments.revision(record.uid, record.revision);
  return revision && { record, revision };
}

/** Inside the transaction, at its end: describes the change of a deployment. */
export async function describeChange(
  touched: Touched,
  stores: Stores,
  vault: Vault,
): Promise<DeploymentChange | null> {
  const record = (await stores.deployments.find(touched.record.id)) ?? touched.record;
  const after = await snapshotOf(record, stores);
  if (after === null) return null;
  const { before, reason, environmentName } = touched;
  const change = changeOf(before, record);
  const isGone = change === 'delete' || record.deletedAt !== null;
  const open = (one: Snapshot) => ({
    ...declarationOf(one, vault),
    ...(environmentName === undefined ? {} : { environmentName }),
  });
  return {
    before,
    desired: await desiredOf(after, stores),
    change: {
      kind: 'deployment',
      id: record.id,
      namespace: record.namespace,
      change,
      fields: change === 'delete' || change === 'none' ? [] : fieldsOf(before && open(before), open(after)),
      reason: [reason, ...inputsTaken(before, after)].filter((one) => one !== null).join('; ') || null,
      revision: isGone ? null : record.revision,
      replaces:
        !isGone && record.kind === 'worker' && before !== null && specHashOf(before) !== specHashOf(after),
      rolls_out: [],
      waits_for: null,
      actions: null,
    },
  };
}

const specHashOf = ({ revision }: Snapshot): string => revision.specHash;

function changeOf(before: Snapshot | null, after: DeploymentRecord): ChangeKind {
  if (before === null) return 'create';
  if (before.record.generation === after.generation) return 'none';
  if (after.deletedAt !== null) return 'delete';
  return before.record.revision === after.revision ? 'scale' : 'update';
}

/** Describes the inputs whose version changed. */
const inputsTaken = (before: Snapshot | null, { revision }: Snapshot): readonly string[] =>
  newInputs(before, revision).map(({ kind, name, version }) => `takes version ${version} of ${kind} ${name}`);

/** Returns the secrets and configs that a revision uses in another version than the one before it. */
export const newInputs = (before: Snapshot | null, revision: RevisionRecord): RevisionRecord['inputs'] =>
  revision.inputs.filter(({ kind, name, version }) =>
    before?.revision.inputs.some((one) => one.kind === kind && one.name === name && one.version !== version),
  );

const unread: Confidential = { environment: {}, credentials: null };

/** Returns the declaration; without its secrets when their key is lost. */
function declarationOf({ record, revision }: Snapshot, vault: Vault): Declaration {
  const { name, namespace, runtime, replicas } = record;
  const confidential = readableConfidential(revision, vault) ?? unread;
  return { name, namespace, runtime, replicas, spec: revision.spec, confidential };
}

const mostRuns = 1000;

/** Returns the desired state that the reconciler will find. */
async function desiredOf({ record, revision }: Snapshot, stores: Stores): Promise<Desired> {
  const { uid, kind } = record;
  const observation = await stores.deployments.observation(uid);
  const runs = kind === 'job' ? await stores.runs.list(uid, mostRuns) : [];
  const numbered = async (number: number | null) =>
    number === null || number === revision.number ? null : stores.deployments.revision(uid, number);
  const stable = await numbered(observation?.memory.stable ?? null);
  const needed = new Set(runs.filter((run) => !isOver(run)).map((run) => run.revision));
  const older: RevisionRecord[] = [];
  for (const number of [...needed].sort((one, other) => other - one)) {
    const found = number === stable?.number ? null : await numbered(number);
    if (found) older.push(found);
  }
  return { record, revision, stable, older, runs, observation };
}
