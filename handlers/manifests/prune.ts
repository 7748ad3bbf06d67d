/** The query parameter that selects undeclared deployments to delete; none without a selector. */
import * as v from 'valibot';
import {
  longestSelector,
  parseSelector,
  type Selector,
  selectorMessage,
  selectorText,
} from '../../core/deployment/selector.ts';

/** `prune`: a selector. */
export const pruneQuery = v.object({
  prune: v.optional(v.pipe(v.string(), v.maxLength(longestSelector), v.regex(selectorText, selectorMessage))),
});

/** Returns the selector that was sent; null without one. */
export const pruneOf = ({ prune }: v.InferOutput<typeof pruneQuery>): Selector | null =>
  prune === undefined ? null : parseSelector(prune);
