/** Defines the actions of a random scenario, and what they work on. */
import type { Random } from './random.ts';
import type { World } from './simulation.ts';

/** Ends a fault that lasts. */
export interface Remedy {
  readonly end: () => void;
  /** Whether the fault holds work up, so that a tick may meet some in flight. */
  readonly holdsUp: boolean;
}

/** What acts work on. */
export interface Chaos {
  readonly world: World;
  readonly random: Random;
  /** What ends the faults that last, in order. */
  readonly remedies: Remedy[];
}

/** Something that happens; says what it was, null when there was nothing to do it to. */
export type Act = (chaos: Chaos) => Promise<string | null>;
