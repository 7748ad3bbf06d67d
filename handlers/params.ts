/** Parameters that several endpoints take. */
import * as v from 'valibot';
import { volumeName, volumeNameMessage } from '../core/deployment/spec/volume.ts';
import { dnsLabel } from '../core/name.ts';

/** `:id` in a path: an id, or `<name>.<namespace>` where there are namespaces. */
export const idParams = v.object({
  id: v.pipe(
    v.string(),
    v.maxLength(200, 'must have at most 200 characters'),
    v.regex(/^[^\p{Cc}]+$/u, 'must have no control characters'),
  ),
});

/** `:name` of a namespace. */
export const namespaceParams = v.object({ name: dnsLabel });

/** `:name` of a volume. */
export const volumeParams = v.object({ name: v.pipe(v.string(), v.regex(volumeName, volumeNameMessage)) });

/** `:id` and `:number`: a run of a job, from 1. */
export const runParams = v.object({
  ...idParams.entries,
  number: v.pipe(
    v.string(),
    v.regex(/^[1-9]\d{0,8}$/, 'must be the number of a run, such as 1'),
    v.metadata({ wire: { type: 'integer', minimum: 1 } }),
    v.transform(Number),
  ),
});
