/**
 * The command that runs a job now, with another command or environment if given. How the run is carried out is decided
 * by the reconciler.
 */
import * as v from 'valibot';
import type { Caller } from '../access/user.ts';
import { currentRevision } from '../deployment/commands/change.ts';
import { beingDeleted, type CommandPorts } from '../deployment/commands/create.ts';
import { enforcePolicy } from '../deployment/policy.ts';
import { findDeployment } from '../deployment/read.ts';
import type { DeploymentRecord } from '../deployment/record.ts';
import { invalidRequest, RingError, type Violation } from '../errors.ts';
import type { Stores } from '../ports.ts';
import { isOver, mostOpenRuns, type RunRecord, unbegun } from './run.ts';
import { defaultTerms } from './terms.ts';
import { type RunView, runView } from './view.ts';

const word = v.pipe(v.string(), v.maxLength(131072), v.regex(/^[^\0]*$/, 'must not contain NUL'));
const variables = v.record(
  v.pipe(
    v.string(),
    v.minLength(1, 'must not be empty'),
    v.maxLength(1024),
    v.regex(/^[^=\0]+$/, 'the name of a variable must not contain "=" or NUL'),
  ),
  v.pipe(
    v.string(),
    v.maxLength(1_000_000),
    v.regex(/^[^\0]*$/, 'the value of a variable must not contain NUL'),
  ),
);

const draft = v.strictObject({
  /** Replaces the revision's command. */
  command: v.optional(v.pipe(v.array(word), v.maxLength(1000))),
  /** Variables added to the revision's environment; they override those of the same name. */
  secrets: v.optional(variables),
  /** Another name for `secrets`. */
  environment: v.optional(variables),
});

/** What a client may set for a run. */
export interface RunDraft extends v.InferInput<typeof draft> {}
/** Validates a {@link RunDraft}. */
export const RunDraft: v.GenericSchema<RunDraft> = draft;

// More runs than are ever kept of one job, including those under way.
const mostRuns = 10_000;

/**
 * Stores a run of the current revision and wakes the reconciler. DEPLOYMENT_NOT_FOUND; DEPLOYMENT_BEING_DELETED;
 * INVALID_REQUEST for a worker; RUN_UNDER_WAY if the job's `concurrency` or the limit of unfinished runs does not allow
 * another one; POLICY_VIOLATION if another command or environment is given to a container that the caller may not
 * declare.
 */
export async function startRun(
  target: { readonly id: string; readonly draft: RunDraft },
  caller: Caller,
  ports: CommandPorts,
): Promise<RunView> {
  const { run, record } = await ports.write(async (stores) => {
    const job = await findDeployment(target.id, stores.deployments);
    if (job.deletedAt !== null) throw beingDeleted(job);
    if (job.kind !== 'job') throw hasNoRuns(job);
    checkNames(target.draft);
    if (changesWhatRuns(target.draft)) {
      const { spec } = await currentRevision(job, stores);
      await enforcePolicy(spec, caller.role, ports.policy);
    }
    await makeWay(job, caller, stores);
    return { record: job, run: await insertRun(job, target.draft, { stores, caller, ports }) };
  });
  ports.wake(record.uid);
  return runView(run, { deployment: record.id, isMasked: false, vault: ports.vault });
}

const hasNoRuns = ({ id }: DeploymentRecord): RingError =>
  new RingError(
    'INVALID_REQUEST',
    `Deployment ${id} is a worker: only jobs have runs; restart it with POST /deployments/${id}/restart`,
  );

function checkNames({ secrets, environment }: RunDraft): void {
  if (secrets === undefined || environment === undefined) return;
  const message = 'is another name for "secrets": give only one of the two';
  const violations: Violation[] = [{ pointer: '/environment', message }];
  throw invalidRequest(violations);
}

/** Applies the job's `concurrency` to its unfinished runs. RUN_UNDER_WAY. */
async function makeWay(job: DeploymentRecord, caller: Caller, stores: Stores): Promise<void> {
  const { spec } = await currentRevision(job, stores);
  const { concurrency } = spec.job ?? defaultTerms;
  if (concurrency === 'replace') {
    await stores.runs.cancel(job.uid, null, `replaced by a run that ${caller.username} asked for`);
  }
  const open = (await stores.runs.list(job.uid, mostRuns)).filter((run) => !isOver(run));
  const end = `end it with POST /deployments/${job.id}/runs/${open[0]?.number}/cancel`;
  if (open.length > 0 && concurrency === 'forbid') {
    const way = `wait for it, ${end}, or declare "concurrency": "allow"`;
    throw new RingError('RUN_UNDER_WAY', `Run ${open[0]?.number} of ${job.id} is not over: ${way}`);
  }
  if (open.length >= mostOpenRuns) {
    throw new RingError(
      'RUN_UNDER_WAY',
      `${open.length} runs of ${job.id} are not over: wait for one, or ${end}`,
    );
  }
}

async function insertRun(
  { uid, revision, replicas }: DeploymentRecord,
  given: RunDraft,
  {
    stores,
    caller,
    ports,
  }: { readonly stores: Stores; readonly caller: Caller; readonly ports: CommandPorts },
): Promise<RunRecord> {
  const at = new Date(ports.clock.now()).toISOString();
  const run = await stores.runs.insert({
    uid,
    revision,
    cause: 'manual',
    author: caller.username,
    scheduledAt: null,
    createdAt: at,
    completions: replicas,
    sealed: sealedOf(given, uid, ports),
    cancelReason: null,
    result: unbegun,
  });
  const message = `Run ${run.number} created: ${caller.username} asked for it`;
  await stores.events.add([{ uid, at, level: 'info', component: 'api', reason: 'RunCreated', message }]);
  return run;
}

const changesWhatRuns = ({ command, secrets, environment }: RunDraft): boolean =>
  [command, secrets, environment].some((given) => given !== undefined);

function sealedOf(given: RunDraft, uid: string, { vault }: Pick<CommandPorts, 'vault'>): string | null {
  const { command = null } = given;
  const environment = given.secrets ?? given.environment ?? {};
  if (command === null && Object.keys(environment).length === 0) return null;
  return vault.seal(JSON.stringify({ command, environment }), uid);
}
