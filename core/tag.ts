/**
 * ETags of resources: a tag changes with each declared change, and never with an observation. In quotes, as in `ETag`
 * and `If-Match`.
 */
import type { UserRecord } from './access/user.ts';
import type { DeploymentRecord } from './deployment/record.ts';

/** The tag of a deployment; a deployment that is deleted and created again has another. */
export const deploymentTag = ({ uid, generation }: Pick<DeploymentRecord, 'uid' | 'generation'>): string =>
  `"${uid}.${generation}"`;

/** The tag of a config or a secret; one that is deleted and created again has another. */
export const versionTag = (record: { readonly createdAt: string; readonly version: number }): string =>
  `"${Date.parse(record.createdAt).toString(36)}.${record.version}"`;

/** The tag of a user: ids are never reused, and the epoch grows with each change of password or role. */
export const userTag = ({ id, tokenEpoch, username }: UserRecord): string =>
  `"${id}.${tokenEpoch}.${username}"`;
