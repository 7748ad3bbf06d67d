/** What it means to be held: which slots are shut, and why. Who is held, and when, is decided in gate.ts and gates.ts. */
import type { Instance } from '../../runtime.ts';

/** Why a deployment waits, and which of its slots. */
export interface Hold {
  readonly status: 'pending' | 'insufficient_resources';
  readonly reason: string;
  /** What it waits for, the same text whatever keeps that from being so. */
  readonly waitsFor: string;
  /** Slots from this one on are not filled where nothing is in them. */
  readonly from: number;
}

/** Whether a slot holds nothing of what is wanted in it, and shall not yet. */
export const isShut = (hold: Hold | null | undefined, slot: number, current: Instance | null): boolean =>
  hold != null && current === null && slot >= hold.from;
