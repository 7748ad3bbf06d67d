/** The history of a deployment: each kept revision, its spec, its cause and its state. */
import * as v from 'valibot';
import type { Caller } from '../access/user.ts';
import type { Deployments } from '../ports.ts';
import { findDeployment, seesSecrets } from './read.ts';
import type { RevisionCause, RevisionRecord } from './record.ts';
import { SpecView, specView } from './spec/spec-view.ts';

const view = v.object({
  number: v.number(),
  image: v.string(),
  /** The resolved image; null until it was resolved. */
  image_id: v.nullable(v.string()),
  image_digest: v.nullable(v.string()),
  created_at: v.string(),
  /** Name of the user who made it. */
  author: v.string(),
  /** `declared`, `restart`, `rollback to <number>`, or the inputs that changed, such as `secret/db@3`. */
  cause: v.string(),
  /** Whether it is the declared revision. */
  declared: v.boolean(),
  /** Whether it is the last stable revision, to which a failed rollout returns. */
  stable: v.boolean(),
  /** The secrets and configs it refers to, in the versions it was made with. */
  inputs: v.array(
    v.object({ kind: v.picklist(['secret', 'config']), name: v.string(), version: v.number() }),
  ),
  spec: SpecView,
});

/** A revision as the API shows it, without the environment. */
export interface RevisionView extends v.InferOutput<typeof view> {}
/** Documents a {@link RevisionView}. */
export const RevisionView: v.GenericSchema<RevisionView> = view;

/** Returns the kept revisions of a deployment, newest first. DEPLOYMENT_NOT_FOUND. */
export async function listRevisions(
  id: string,
  caller: Pick<Caller, 'role'>,
  deployments: Deployments,
): Promise<readonly RevisionView[]> {
  const { uid, revision: declared } = await findDeployment(id, deployments);
  const [revisions, observation] = await Promise.all([
    deployments.revisions(uid),
    deployments.observation(uid),
  ]);
  const stable = observation?.memory.stable ?? null;
  return revisions.map((revision) => ({
    ...revisionView(revision, seesSecrets(caller)),
    declared: revision.number === declared,
    stable: revision.number === stable,
  }));
}

const revisionView = (
  { number, spec, pin, createdAt, author, cause, inputs }: RevisionRecord,
  whole: boolean,
) => ({
  number,
  image: spec.image,
  image_id: pin?.imageId ?? null,
  image_digest: pin?.repoDigest ?? null,
  created_at: createdAt,
  author,
  cause: causeText(cause),
  inputs: [...inputs],
  spec: specView(spec, whole),
});

function causeText(cause: RevisionCause): string {
  if (cause.kind === 'input') return cause.input;
  return cause.kind === 'rollback' ? `rollback to ${cause.to}` : cause.kind;
}
