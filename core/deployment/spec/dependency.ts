/**
 * The dependencies of a deployment on others of its namespace, which must be met before anything of a new revision is
 * created: the wire schema of `depends_on`, its normal form, and the detection of cycles.
 * core/reconcile/gate/dependencies.ts decides whether a dependency is met.
 */

import * as v from 'valibot';
import type { Say } from '../../errors.ts';
import { dnsLabel } from '../../name.ts';

/** The conditions of a dependency, from the weakest to the strongest. */
export const conditions = ['started', 'healthy', 'completed'] as const;
/** One of {@link conditions}. */
export type Condition = (typeof conditions)[number];

/** A dependency on one deployment. */
export interface Dependency {
  /** The name of a deployment of the same namespace. */
  readonly name: string;
  /** An instance has started, every replica is ready, or a run of a job has completed. */
  readonly condition: Condition;
}

const dependency = v.strictObject({ name: dnsLabel, condition: v.optional(v.picklist(conditions)) });

/** A list of dependencies as a client sends it. */
export const DependenciesDraft = v.pipe(v.array(dependency), v.maxLength(100));
/** See the schema of this name. */
export type DependenciesDraft = v.InferInput<typeof DependenciesDraft>;

/** A list of dependencies as the API shows it. */
export const DependenciesView = v.array(v.object({ name: v.string(), condition: v.picklist(conditions) }));

/** Returns the dependencies in normal form; the condition defaults to `started`. */
export const parseDependencies = (draft: DependenciesDraft = []): Dependency[] =>
  draft.map(({ name, condition = 'started' }) => ({ name, condition }));

/** Returns the draft, and view, that parses to these dependencies. */
export const dependenciesDraft = (dependencies: readonly Dependency[]): Dependency[] =>
  dependencies.map(({ name, condition }) => ({ name, condition }));

/** Reports each dependency that is invalid by itself: one on the deployment itself, or one named twice. */
export function checkDependencies(name: string, dependencies: readonly Dependency[], say: Say): void {
  dependencies.forEach((dependency, index) => {
    const at = `/depends_on/${index}/name`;
    if (dependency.name === name) say(at, 'a deployment cannot wait for itself');
    const first = dependencies.findIndex((other) => other.name === dependency.name);
    if (first < index) say(at, `is already named by /depends_on/${first}: give one condition for each`);
  });
}

/**
 * Returns the cycle from a deployment back to itself, with both ends named, and the index of the dependency it starts
 * with; null without a cycle. `others` are the dependencies of the other deployments, by name.
 */
export function circleOf(
  name: string,
  dependencies: readonly Dependency[],
  others: ReadonlyMap<string, readonly Dependency[]>,
): { readonly index: number; readonly names: readonly string[] } | null {
  const seen = new Set<string>();
  const wayBack = (from: string): readonly string[] | null => {
    if (from === name) return [name];
    if (seen.has(from)) return null;
    seen.add(from);
    for (const next of others.get(from) ?? []) {
      const rest = wayBack(next.name);
      if (rest !== null) return [from, ...rest];
    }
    return null;
  };
  for (const [index, dependency] of dependencies.entries()) {
    const rest = wayBack(dependency.name);
    if (rest !== null) return { index, names: [name, ...rest] };
  }
  return null;
}
