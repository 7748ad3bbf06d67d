/**
 * The steps a plan is made of, as plain data. One map gives the union and, in execute.ts, the table of executors: an
 * action that nobody can execute or describe does not compile.
 */

interface ActionArguments {
  /** Makes sure of the namespace's network. */
  ensureNetwork: { readonly namespace: string };
  /** Makes the lane's revision's instance of a slot, or adopts it; one that serves gets traffic as soon as it runs. */
  createInstance: {
    readonly slot: number;
    readonly serves: boolean;
    /** Of a job's part; left out: the first try. */
    readonly attempt?: number | undefined;
  };
  /** Notes that a try of a job's part is about to begin, before it does. */
  intendRun: { readonly slot: number; readonly attempt: number };
  /** Starts a container by id or name, with the files of its revision; left out: the lane's. */
  startInstance: { readonly slot: number; readonly target: string; readonly revision?: number };
  unpauseInstance: { readonly slot: number; readonly target: string };
  /** Joins a running container to its network again. */
  connectInstance: { readonly slot: number; readonly target: string; readonly serves: boolean };
  /** Gives a running container its service's names: from now on it gets traffic. */
  joinService: { readonly slot: number; readonly target: string };
  /** Takes them away: nothing new is sent to it, what reached it before goes on. */
  leaveService: { readonly slot: number; readonly target: string };
  /** Waits for what was sent before. */
  drain: { readonly slot: number; readonly target: string; readonly ms: number };
  /** Stops a container as its own revision says. */
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

/** Every kind of action. */
export type ActionKind = keyof ActionArguments;
/** One action of a kind. */
export type ActionOf<Kind extends ActionKind> = { readonly kind: Kind } & Readonly<ActionArguments[Kind]>;
/** One step. */
export type Action = { [Kind in ActionKind]: ActionOf<Kind> }[ActionKind];

/** What one slot needs, in order. Lanes of a deployment run side by side. */
export interface Lane {
  readonly slot: number;
  /** Number of the revision that it brings the slot to. */
  readonly revision: number;
  readonly actions: readonly Action[];
  /** Done when one of the actions was refused: brings back what they had taken away. */
  readonly otherwise?: readonly Action[];
  /** Whether this is a try that a backoff counts: making or starting an instance, as against taking one away. */
  readonly counts: boolean;
  /** What it does beside filling its slot; left out: it fills it, or it is not a wanted slot of a worker. */
  readonly aside?: Aside | undefined;
}

/**
 * What is done in a slot beside filling it: one instance gets traffic or none, what is too many goes, what was replaced
 * goes, and what is to be replaced is started again. Each has a backoff of its own, and its refusals say nothing
 * against the revision.
 */
export type Aside = 'traffic' | 'tidy' | 'replace' | 'revive';

/** What one deployment needs now. */
export interface Plan {
  readonly uid: string;
  /** Its image is to be resolved before anything can be created. */
  readonly resolveImage: boolean;
  /** Come before all lanes, in order. Lanes that join the network need them to have been done. */
  readonly prepare: readonly Action[];
  readonly lanes: readonly Lane[];
  /** The deployment is deleted and nothing of it is left. */
  readonly purge: boolean;
  /** When something will fall due by itself, ms since 1970. */
  readonly dueAt: number | null;
}

/** Whether a lane brings an instance into its network. */
export const joinsNetwork = ({ actions }: Lane): boolean => actions.some(({ kind }) => joining.has(kind));

const joining: ReadonlySet<ActionKind> = new Set(['createInstance', 'startInstance', 'connectInstance']);

/** The container that a lane stops and starts again, for its health; null: none. */
export function restarted({ actions }: Lane): string | null {
  for (const stop of actions) {
    if (stop.kind !== 'stopInstance') continue;
    const { target } = stop;
    if (actions.some((start) => start.kind === 'startInstance' && start.target === target)) return target;
  }
  return null;
}
