/**
 * Lets one loop wait for any of many. A race of long-lived promises would grow with every round; a bell is waited for
 * anew each time.
 */

/** Wakes whoever waits; a ring while nobody waits is kept. */
export interface Bell {
  ring(): void;
  wait(): Promise<void>;
}

/** Makes a bell that has not rung. */
export const makeBell = (): Bell => {
  let rung = false;
  let wake: (() => void) | null = null;
  return {
    ring() {
      rung = true;
      wake?.();
    },
    async wait() {
      if (!rung) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      rung = false;
      wake = null;
    },
  };
};
