/** A deployment and its revisions as stored: written by the commands alone. Times are RFC 3339. */
import type { ImagePin } from '../runtime.ts';
import type { DeploymentSpec } from './spec.ts';

/** What the user declared, without the spec (that is the revision's). */
export interface DeploymentRecord {
  /** Unique for ever: a deployment deleted and made again has another. */
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
  /** Grows with every accepted write; a write names the one it was based on. */
  readonly generation: number;
  /** Whether the rollout is held by hand: no further replica begins to be replaced. */
  readonly paused: boolean;
  /** Grows each time a rollout is resumed: one that had stopped goes on. */
  readonly resumes: number;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly deletedAt: string | null;
}

/**
 * Why a revision was made: something was declared, all replicas were to be made anew, an older one was to come back, or
 * what it refers to changed (`secret/db@3`, or several separated by commas).
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
  /** By kind and name. What containers get is what is newest when they are made. */
  readonly inputs: readonly RevisionInput[];
  /** null until the image was first resolved. */
  readonly pin: ImagePin | null;
  readonly createdAt: string;
  /** What it was made by. */
  readonly cause: RevisionCause;
  /** Name of the user who made it. */
  readonly author: string;
}
