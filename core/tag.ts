/**
 * Tags of what can be changed: another one after each change of what was declared, the same one whatever is observed. In
 * their quotes, as `ETag` and `If-Match` have them.
 */
import type { UserRecord } from './access/user.ts';
import type { DeploymentRecord } from './deployment/record.ts';

/** Of a deployment; one that was deleted and made again has another. */
export const deploymentTag = ({ uid, generation }: Pick<DeploymentRecord, 'uid' | 'generation'>): string =>
  `"${uid}.${generation}"`;

/** Of a config or a secret; one that was deleted and made again has another. */
export const versionTag = (record: { readonly createdAt: string; readonly version: number }): string =>
  `"${Date.parse(record.createdAt).toString(36)}.${record.version}"`;

/** Of a user: ids are never given twice, and the epoch grows with each password and role. */
export const userTag = ({ id, tokenEpoch, username }: UserRecord): string =>
  `"${id}.${tokenEpoch}.${username}"`;
