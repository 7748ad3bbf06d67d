/**
 * The API's form of the changes that applying declarations makes; a plan and an applied change set have the same form.
 * apply.ts computes them.
 */
import * as v from 'valibot';

/** The kinds that a manifest can declare, in the order in which they are applied. */
const kinds = ['namespace', 'config', 'secret', 'deployment'] as const;

/** `scale`: only the number of replicas differs. `none`: nothing differs. */
const changes = ['create', 'update', 'scale', 'delete', 'none'] as const;
/** One of {@link changes}. */
export type ChangeKind = (typeof changes)[number];

const field = v.object({
  /** JSON pointer into the declaration. */
  pointer: v.string(),
  /** null when there was no value. Values that may be secret are `***`. */
  before: v.unknown(),
  after: v.unknown(),
});

/** One difference of a declaration. */
export interface FieldChange extends v.InferOutput<typeof field> {}

/** One step of the reconciler with its description. */
const step = v.object({
  /** The kind of step, such as `createInstance`. */
  kind: v.string(),
  /** The replica, or part of a job's run; null when it concerns all of them. */
  slot: v.nullable(v.number()),
  words: v.string(),
});

const change = v.object({
  kind: v.picklist(kinds),
  id: v.string(),
  namespace: v.string(),
  change: v.picklist(changes),
  fields: v.array(field),
  /** The reason, when it is not the declaration itself; else null. */
  reason: v.nullable(v.string()),
  /** The number of a deployment's revision afterwards; null for other kinds and for a deleted deployment. */
  revision: v.nullable(v.number()),
  /** Whether running instances are replaced. */
  replaces: v.boolean(),
  /** Ids of the deployments that a changed config or secret rolls out. */
  rolls_out: v.array(v.string()),
  /** What a deployment waits for before a container is created; else null. */
  waits_for: v.nullable(v.string()),
  /** The reconciler's first steps; null when the engine could not be observed. */
  actions: v.nullable(v.array(step)),
});

/** The change of one resource. */
export interface Change extends v.InferOutput<typeof change> {}

const changeSet = v.object({
  changes: v.array(change),
  /** The number of changes of each kind. */
  summary: v.object({
    create: v.number(),
    update: v.number(),
    scale: v.number(),
    delete: v.number(),
    none: v.number(),
  }),
  /** Why the engine could not be observed, so that no steps are listed; null when it was. */
  unseen: v.nullable(v.string()),
});

/** The changes of everything declared. */
export interface ChangeSet extends v.InferOutput<typeof changeSet> {}
/** Documents a {@link ChangeSet}. */
export const ChangeSet: v.GenericSchema<ChangeSet> = changeSet;

/** Counts changes by kind. */
export function summarize(all: readonly Pick<Change, 'change'>[]): ChangeSet['summary'] {
  const summary = { create: 0, update: 0, scale: 0, delete: 0, none: 0 };
  for (const one of all) summary[one.change] += 1;
  return summary;
}
