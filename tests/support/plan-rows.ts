/** Formats plans for test tables: lanes of slot 0 without their revision's number, which is asserted separately. */
import type { Action, Lane, Plan } from '../../core/reconcile/plan/actions.ts';

/** A lane without the number of its revision and what it is beside. */
export type Row = Omit<Lane, 'revision' | 'aside'>;
/** A plan of such lanes. */
export type Rows = Omit<Plan, 'lanes'> & { readonly lanes: readonly Row[] };

/** A plan as it is compared. */
export const rowsOf = (planned: Plan): Rows => ({
  ...planned,
  lanes: planned.lanes.map(({ revision: _, aside: __, ...row }) => row),
});

/** Makes the instance of slot 0, which gets traffic as soon as it runs. */
export const create: Action = { kind: 'createInstance', slot: 0, serves: true };

/** Stops what runs revision 1. */
export const stop = (target: string, why: string): Action => ({
  kind: 'stopInstance',
  slot: 0,
  target,
  revision: 1,
  why,
});

/** Removes a container. */
export const remove = (target: string, why: string): Action => ({
  kind: 'removeInstance',
  slot: 0,
  target,
  why,
});

/** A lane that counts as a try. */
export const tries = (...actions: readonly Action[]): Row => ({ slot: 0, actions, counts: true });
/** A lane that counts as none. */
export const clears = (...actions: readonly Action[]): Row => ({ slot: 0, actions, counts: false });

const joining = new Set<Action['kind']>(['createInstance', 'startInstance', 'connectInstance']);

/** The plan of `web` with these lanes: preceded by the network where one of them joins it. */
export const planOf = (lanes: readonly Row[], changes: Partial<Rows> = {}): Rows => ({
  uid: 'uid-web',
  resolveImage: false,
  prepare: lanes.some(({ actions }) => actions.some(({ kind }) => joining.has(kind)))
    ? [{ kind: 'ensureNetwork', namespace: 'default' }]
    : [],
  lanes,
  purge: false,
  dueAt: null,
  ...changes,
});
