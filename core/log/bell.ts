/**
 * Lets one loop wait for any of many sources. A race of long-lived promises would grow with every round; a bell makes a
 * new promise for each wait.
 */

/** Wakes the waiting loop; a ring while nothing waits is remembered. */
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
