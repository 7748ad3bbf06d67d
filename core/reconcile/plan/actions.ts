/**
 * Defines the actions of a plan as plain data; one map gives both the union and the table of executors in execute.ts,
 * so an action that cannot be executed or described does not compile. Which actions are planned is decided in plan.ts.
 */

interface ActionArguments {
  /** Ensures that the namespace's network exists. */
  ensureNetwork: { readonly namespace: string };
  /**
   * Creates or adopts the instance of a slot at the lane's revision; one that serves gets traffic as soon as it runs.
   */
  createInstance: {
    readonly slot: number;
    readonly serves: boolean;
    /** The try of a job's part; left out: the first. */
    readonly attempt?: number | undefined;
  };
  /** Records that a try of a job's part is about to begin, before it does. */
  intendRun: { readonly slot: number; readonly attempt: number };
  /** Starts a container by id or name, with the files of this revision; revision left out: the lane's. */
  startInstance: { readonly slot: number; readonly target: string; readonly revision?: number };
  unpauseInstance: { readonly slot: number; readonly target: string };
  /** Joins a running container to its network again. */
  connectInstance: { readonly slot: number; readonly target: string; readonly serves: boolean };
  /** Gives a running container the names of its service: from now on it gets traffic. */
  joinService: { readonly slot: number; readonly target: string };
  /** Takes the names away from a container: it gets no new connections, existing ones continue. */
  leaveService: { readonly slot: number; readonly target: string };
  /** Waits until requests sent before have ended, ms. */
  drain: { readonly slot: number; readonly target: string; readonly ms: number };
  /** Stops a container with the stop settings of its own revision. */
  stopInstance: {
    readonly slot: number;
    readonly target: string;
    readonly revision: number;
    readonly why: string;
  };
  /** Remembers the last lines that a container wrote. */
  readLastWords: { readonly slot: number; readonly target: string };
  removeInstance: { readonly slot: number; readonly target: string; readonly why: string };
}

/** The kinds of actions. */
export type ActionKind = keyof ActionArguments;
/** An action of one kind. */
export type ActionOf<Kind extends ActionKind> = { readonly kind: Kind } & Readonly<ActionArguments[Kind]>;
/** One action of a plan. */
export type Action = { [Kind in ActionKind]: ActionOf<Kind> }[ActionKind];

/** The actions of one slot, in order. The lanes of a deployment run in parallel. */
export interface Lane {
  readonly slot: number;
  /** The number of the revision to which the lane brings the slot. */
  readonly revision: number;
  readonly actions: readonly Action[];
  /** Actions for when one of `actions` was refused: they restore what had been taken away. */
  readonly otherwise?: readonly Action[];
  /** Whether the lane is a try that the backoff counts, creating or starting an instance, and not only removing one. */
  readonly counts: boolean;
  /** The aside that the lane does; left out: it fills its slot, or the slot is not a wanted slot of a worker. */
  readonly aside?: Aside | undefined;
}

/**
 * Work in a slot beside filling it: giving an instance traffic or not, removing surplus instances, removing replaced
 * instances, and restarting instances that are to be replaced. Each has its own backoff, and its refusals do not speak
 * against the revision.
 */
export type Aside = 'traffic' | 'tidy' | 'replace' | 'revive';

/** What one deployment needs now. */
export interface Plan {
  readonly uid: string;
  /** Whether the image is to be resolved before anything can be created. */
  readonly resolveImage: boolean;
  /** Actions before all lanes, in order. Lanes that join the network run only if they succeeded. */
  readonly prepare: readonly Action[];
  readonly lanes: readonly Lane[];
  /** Whether the deployment is deleted and nothing of it is left. */
  readonly purge: boolean;
  /** When something will fall due by itself, ms since 1970. */
  readonly dueAt: number | null;
}

/** Whether a lane brings an instance into its network. */
export const joinsNetwork = ({ actions }: Lane): boolean => actions.some(({ kind }) => joining.has(kind));

const joining: ReadonlySet<ActionKind> = new Set(['createInstance', 'startInstance', 'connectInstance']);

/** The container that a lane stops and starts again because of its health; null: none. */
export function restarted({ actions }: Lane): string | null {
  for (const stop of actions) {
    if (stop.kind !== 'stopInstance') continue;
    const { target } = stop;
    if (actions.some((start) => start.kind === 'startInstance' && start.target === target)) return target;
  }
  return null;
}
