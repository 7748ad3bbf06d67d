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
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly deletedAt: string | null;
}

/** An immutable spec with its number. */
export interface RevisionRecord {
  readonly uid: string;
  readonly number: number;
  /** Hash of spec and confidential: equal hashes run the same. */
  readonly specHash: string;
  readonly spec: DeploymentSpec;
  /** The {@link Confidential} as sealed by the Vault with the uid as its owner. */
  readonly sealed: string;
  /** null until the image was first resolved. */
  readonly pin: ImagePin | null;
  readonly createdAt: string;
}
