/**
 * What applying declarations does, change by change, as the API tells of it: a plan and what was applied have the same
 * form. How it comes about is decided in apply.ts.
 */
import * as v from 'valibot';

/** What can be declared in a manifest, in the order in which it is applied. */
const kinds = ['namespace', 'config', 'secret', 'deployment'] as const;

/** `scale`: nothing but the number of replicas differs. `none`: it is as it is declared. */
const changes = ['create', 'update', 'scale', 'delete', 'none'] as const;
/** One of {@link changes}. */
export type ChangeKind = (typeof changes)[number];

const field = v.object({
  /** Where in the declaration, as a JSON pointer. */
  pointer: v.string(),
  /** null: there is nothing. What may be a secret is `***`. */
  before: v.unknown(),
  after: v.unknown(),
});

/** One difference of a declaration. */
export interface FieldChange extends v.InferOutput<typeof field> {}

/** One step of the reconciler, told. */
const step = v.object({
  /** The kind of step, such as `createInstance`. */
  kind: v.string(),
  /** Which replica, or part of a job's run; null: it is for all of them. */
  slot: v.nullable(v.number()),
  words: v.string(),
});

const change = v.object({
  kind: v.picklist(kinds),
  id: v.string(),
  namespace: v.string(),
  change: v.picklist(changes),
  fields: v.array(field),
  /** Why, where it is not the declaration itself that says so; else null. */
  reason: v.nullable(v.string()),
  /** Number of a deployment's revision afterwards; null of anything else, and of one that is deleted. */
  revision: v.nullable(v.number()),
  /** Whether instances that run are replaced by new ones. */
  replaces: v.boolean(),
  /** Ids of the deployments that a changed config or secret rolls out. */
  rolls_out: v.array(v.string()),
  /** What a deployment waits for before anything new is made of it; else null. */
  waits_for: v.nullable(v.string()),
  /** The reconciler's first steps; null: the engine could not be seen. */
  actions: v.nullable(v.array(step)),
});

/** What becomes of one thing. */
export interface Change extends v.InferOutput<typeof change> {}

const changeSet = v.object({
  changes: v.array(change),
  /** How many of each kind of change. */
  summary: v.object({
    create: v.number(),
    update: v.number(),
    scale: v.number(),
    delete: v.number(),
    none: v.number(),
  }),
  /** Why the engine could not be seen, and so no steps are told; null: it was. */
  unseen: v.nullable(v.string()),
});

/** What becomes of all that is declared. */
export interface ChangeSet extends v.InferOutput<typeof changeSet> {}
/** Documents a {@link ChangeSet}. */
export const ChangeSet: v.GenericSchema<ChangeSet> = changeSet;

/** Counts changes. */
export function summarize(all: readonly Pick<Change, 'change'>[]): ChangeSet['summary'] {
  const summary = { create: 0, update: 0, scale: 0, delete: 0, none: 0 };
  for (const one of all) summary[one.change] += 1;
  return summary;
}
