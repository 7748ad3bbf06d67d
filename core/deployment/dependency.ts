/**
 * Which other deployments of its namespace one waits for before anything of a new revision is made: the wire schema of
 * `depends_on`, its normal form, and the circles that several of them must not make. When a dependency is met is
 * decided in core/reconcile/gate/dependencies.ts.
 */

import * as v from 'valibot';
import type { Say } from '../errors.ts';
import { dnsLabel } from '../name.ts';

/** What can be waited for, from the least to the most. */
export const conditions = ['started', 'healthy', 'completed'] as const;
/** One of {@link conditions}. */
export type Condition = (typeof conditions)[number];

/** One deployment that is waited for. */
export interface Dependency {
  /** Of the same namespace. */
  readonly name: string;
  /** That an instance has started, that every replica is ready, or that a job's run has completed. */
  readonly condition: Condition;
}

const dependency = v.strictObject({ name: dnsLabel, condition: v.optional(v.picklist(conditions)) });

/** A list of dependencies as a client sends it. */
export const DependenciesDraft = v.pipe(v.array(dependency), v.maxLength(100));
/** See the schema of this name. */
export type DependenciesDraft = v.InferInput<typeof DependenciesDraft>;

/** A list of dependencies as the API shows it. */
export const DependenciesView = v.array(v.object({ name: v.string(), condition: v.picklist(conditions) }));

/** The dependencies in normal form: `started` where no condition is named. */
export const parseDependencies = (draft: DependenciesDraft = []): Dependency[] =>
  draft.map(({ name, condition = 'started' }) => ({ name, condition }));

/** The draft, and the view, that stands for dependencies: parsed again they are the same. */
export const dependenciesDraft = (dependencies: readonly Dependency[]): Dependency[] =>
  dependencies.map(({ name, condition }) => ({ name, condition }));

/** Says of each dependency what is wrong with it by itself: that it is the deployment, or named twice. */
export function checkDependencies(name: string, dependencies: readonly Dependency[], say: Say): void {
  dependencies.forEach((dependency, index) => {
    const at = `/depends_on/${index}/name`;
    if (dependency.name === name) say(at, 'a deployment cannot wait for itself');
    const first = dependencies.findIndex((other) => other.name === dependency.name);
    if (first < index) say(at, `is already named by /depends_on/${first}: give one condition for each`);
  });
}

/**
 * The circle that leads from a deployment back to itself, both ends named, and by which of its dependencies it goes;
 * null where there is none. `others` are the dependencies of those beside it, by name.
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
