/**
 * Defines a hold: which slots of a deployment are held back, and why. Which deployments are held, and when, is decided
 * in gate.ts and holds.ts.
 */
import type { Instance } from '../../runtime.ts';

/** Why a deployment waits, and which of its slots. */
export interface Hold {
  readonly status: 'pending' | 'insufficient_resources';
  readonly reason: string;
  /** What the deployment waits for; the text is the same whatever prevents it. */
  readonly waitsFor: string;
  /** Slots from this one on are not filled if they are empty. */
  readonly from: number;
}

/** Whether a slot has no current instance and may not get one yet. */
export const isShut = (hold: Hold | null | undefined, slot: number, current: Instance | null): boolean =>
  hold != null && current === null && slot >= hold.from;
