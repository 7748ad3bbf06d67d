/**
 * Deployments before and after what was declared: what of them changed, and what the reconciler will find of them.
 * What changed them is decided in carry-out.ts.
 */
import type { DeploymentRecord, RevisionRecord } from '../deployment/record.ts';
import { readableConfidential } from '../deployment/revision.ts';
import type { Confidential, Declaration } from '../deployment/spec.ts';
import type { Desired, Stores, Vault } from '../ports.ts';
import { isOver } from '../run/run.ts';
import type { Change, ChangeKind } from './change.ts';
import { fieldsOf } from './fields.ts';

/** A deployment as it was; `before` null: it was not. */
export interface Standing {
  readonly record: DeploymentRecord;
  readonly revision: RevisionRecord;
}

/** A deployment that something was declared about. */
export interface Touched {
  readonly before: Standing | null;
  /** Its record now. */
  readonly record: DeploymentRecord;
  /** What the environment is called by the one who declares it. */
  readonly environmentName?: Declaration['environmentName'];
  /** Why it changed, where the declaration itself does not say so. */
  readonly reason: string | null;
}

/** What became of one, and what the reconciler will find. */
export interface Told {
  readonly change: Change;
  readonly desired: Desired;
  readonly before: Standing | null;
}

/** Inside the transaction: how a deployment stands now; null where its revision is gone. */
export async function standingOf(
  record: DeploymentRecord,
  { deployments }: Pick<Stores, 'deployments'>,
): Promise<Standing | null> {
  const revision = await deployments.revision(record.uid, record.revision);
  return revision && { record, revision };
}

/** Inside the transaction, at its end: what became of a deployment. */
export async function tell(touched: Touched, stores: Stores, vault: Vault): Promise<Told | null> {
  const record = (await stores.deployments.find(touched.record.id)) ?? touched.record;
  const after = await standingOf(record, stores);
  if (after === null) return null;
  const { before, reason, environmentName } = touched;
  const change = changeOf(before, record);
  const isGone = change === 'delete' || record.deletedAt !== null;
  const open = (one: Standing) => ({
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

const specHashOf = ({ revision }: Standing): string => revision.specHash;

function changeOf(before: Standing | null, after: DeploymentRecord): ChangeKind {
  if (before === null) return 'create';
  if (before.record.generation === after.generation) return 'none';
  if (after.deletedAt !== null) return 'delete';
  return before.record.revision === after.revision ? 'scale' : 'update';
}

/** What it takes in another version than before, in words. */
const inputsTaken = (before: Standing | null, { revision }: Standing): readonly string[] =>
  newInputs(before, revision).map(({ kind, name, version }) => `takes version ${version} of ${kind} ${name}`);

/** The secrets and configs that a revision takes in another version than the one before it. */
export const newInputs = (before: Standing | null, revision: RevisionRecord): RevisionRecord['inputs'] =>
  revision.inputs.filter(({ kind, name, version }) =>
    before?.revision.inputs.some((one) => one.kind === kind && one.name === name && one.version !== version),
  );

const unread: Confidential = { environment: {}, credentials: null };

/** What is declared; without its secrets where their key is lost. */
function declarationOf({ record, revision }: Standing, vault: Vault): Declaration {
  const { name, namespace, runtime, replicas } = record;
  const confidential = readableConfidential(revision, vault) ?? unread;
  return { name, namespace, runtime, replicas, spec: revision.spec, confidential };
}

const mostRuns = 1000;

/** What the reconciler will find of it. */
async function desiredOf({ record, revision }: Standing, stores: Stores): Promise<Desired> {
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
