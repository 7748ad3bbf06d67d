/** Parameters that several endpoints take. */
import * as v from 'valibot';

/** `:id` in a path: an id, or `<name>.<namespace>` where there are namespaces. */
export const idParams = v.object({
  id: v.pipe(
    v.string(),
    v.maxLength(200, 'must have at most 200 characters'),
    v.regex(/^[^\p{Cc}]+$/u, 'must have no control characters'),
  ),
});
