/** A deployment and its revisions as stored; only the commands write them. Times are RFC 3339. */
import type { ImagePin } from '../runtime.ts';
import type { DeploymentSpec } from './spec/spec.ts';

/** The declared fields, except the spec, which belongs to the revision. */
export interface DeploymentRecord {
  /** Never reused: a deployment that is deleted and created again has another. */
  readonly uid: string;
  /** The name, or `<name>.<namespace>` where the name was taken as an id. */
  readonly id: string;
  readonly namespace: string;
  readonly name: string;
  readonly runtime: 'docker';
  readonly kind: 'worker' | 'job';
  readonly image: string;
  readonly replicas: number;
  /** Number of the current revision, from 1. */
  readonly revision: number;
  /** Grows with every accepted write; each write names the generation it was based on. */
  readonly generation: number;
  /** Whether the rollout is paused by a user: no further replica is replaced. */
  readonly paused: boolean;
  /** Grows each time a rollout is resumed, so that a stopped one continues. */
  readonly resumes: number;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly deletedAt: string | null;
}

/**
 * Why a revision was made: a declaration, a restart, a rollback, or a change of its inputs (`secret/db@3`, or several
 * separated by commas).
 */
export type RevisionCause =
  | { readonly kind: 'declared' | 'restart' }
  | { readonly kind: 'rollback'; readonly to: number }
  | { readonly kind: 'input'; readonly input: string };

/** A secret or config of the deployment's namespace that a revision refers to, in the version it was made with. */
export interface RevisionInput {
  readonly kind: 'secret' | 'config';
  readonly name: string;
  readonly version: number;
}

/** An immutable spec with its number. */
export interface RevisionRecord {
  readonly uid: string;
  readonly number: number;
  /** Hash of spec, confidential and inputs: equal hashes run the same. */
  readonly specHash: string;
  readonly spec: DeploymentSpec;
  /** The {@link Confidential} as sealed by the Vault with the uid as its owner. */
  readonly sealed: string;
  /** Sorted by kind and name. Containers get the newest versions when they are created. */
  readonly inputs: readonly RevisionInput[];
  /** null until the image was first resolved. */
  readonly pin: ImagePin | null;
  readonly createdAt: string;
  /** Why the revision was made. */
  readonly cause: RevisionCause;
  /** Name of the user who made it. */
  readonly author: string;
}
