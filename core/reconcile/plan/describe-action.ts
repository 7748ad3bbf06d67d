/**
 * Describes actions in words, for readers of a plan. Which actions there are is decided in actions.ts; one without a
 * description does not compile.
 */
import { runOfSlot } from '../../run/run.ts';
import type { Action, ActionKind, ActionOf } from './actions.ts';

/** What the description of an action refers to. */
export interface DescriptionContext {
  readonly namespace: string;
  readonly isJob: boolean;
  /** The revision to which the action brings its slot. */
  readonly revision: number;
  /** Returns the name of a container that an action refers to by id. */
  nameOf(target: string): string;
}

const words: {
  readonly [Kind in ActionKind]: (step: ActionOf<Kind>, telling: DescriptionContext) => string;
} = {
  ensureNetwork: ({ namespace }) => `make sure of the network of namespace ${namespace}`,
  intendRun: ({ slot, attempt }, telling) => `note try ${attempt} of ${placeOf(slot, telling)}`,
  createInstance: ({ slot }, telling) => `create ${placeOf(slot, telling)} at revision ${telling.revision}`,
  startInstance: ({ target }, { nameOf }) => `start ${nameOf(target)}`,
  unpauseInstance: ({ target }, { nameOf }) => `let ${nameOf(target)} go on`,
  connectInstance: ({ target }, { namespace, nameOf }) =>
    `join ${nameOf(target)} to the network of namespace ${namespace} again`,
  joinService: ({ target }, { nameOf }) => `send traffic to ${nameOf(target)}`,
  leaveService: ({ target }, { nameOf }) => `send no more traffic to ${nameOf(target)}`,
  drain: ({ target, ms }, { nameOf }) => `leave ${nameOf(target)} ${ms / 1000} s for what reached it`,
  stopInstance: ({ target, why }, { nameOf }) => `stop ${nameOf(target)}: ${why}`,
  readLastWords: ({ target }, { nameOf }) => `read the last lines of ${nameOf(target)}`,
  removeInstance: ({ target, why }, { nameOf }) => `remove ${nameOf(target)}: ${why}`,
};

/** Describes one action in words. */
export function describeAction(action: Action, telling: DescriptionContext): string {
  const tell: (step: never, telling: DescriptionContext) => string = words[action.kind];
  return tell(action as never, telling);
}

function placeOf(slot: number, { isJob }: DescriptionContext): string {
  if (!isJob) return `replica ${slot}`;
  const { run, index } = runOfSlot(slot);
  return `part ${index} of run ${run}`;
}
