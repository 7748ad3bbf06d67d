/**
 * Collects the refusals of many declarations, so that all are reported at once with the pointers of the request. Other
 * errors are not collected.
 */
import { type ErrorCode, RingError, summaryOf, type Violation } from '../errors.ts';

/** The refusals so far. */
export interface Refusals {
  /**
   * Runs the work for one declaration; when it is refused, records the refusal below the pointer and returns nothing.
   */
  attempt<T>(pointer: string, work: () => T | Promise<T>): Promise<T | undefined>;
  /** Records one violation. */
  say(pointer: string, message: string): void;
  /**
   * Rejects when anything was refused: with the common code when there is one, else INVALID_REQUEST; with every
   * violation, up to a hundred.
   */
  settle(): void;
}

const refusing: ReadonlySet<ErrorCode> = new Set([
  'INVALID_REQUEST',
  'POLICY_VIOLATION',
  'PORT_IN_USE',
  'DEPLOYMENT_BEING_DELETED',
]);

/** Limits the size of a response, whatever was sent. */
const mostViolations = 100;

/** Makes an empty collection. */
export function makeRefusals(): Refusals {
  const codes = new Set<ErrorCode>();
  const violations: Violation[] = [];
  let retryAfterSeconds: number | undefined;
  return {
    async attempt(pointer, work) {
      try {
        return await work();
      } catch (error) {
        if (!(error instanceof RingError) || !refusing.has(error.code)) throw error;
        codes.add(error.code);
        retryAfterSeconds = error.retryAfterSeconds ?? retryAfterSeconds;
        const faults =
          error.violations.length > 0 ? error.violations : [{ pointer: '', message: error.message }];
        violations.push(...faults.map((fault) => ({ ...fault, pointer: pointer + fault.pointer })));
        return undefined;
      }
    },
    say(pointer, message) {
      codes.add('INVALID_REQUEST');
      violations.push({ pointer, message });
    },
    settle() {
      const [code, ...others] = codes;
      if (code === undefined) return;
      const details = { violations: violations.slice(0, mostViolations) };
      throw others.length > 0
        ? new RingError('INVALID_REQUEST', summaryOf(violations), details)
        : new RingError(code, summaryOf(violations), {
            ...details,
            ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
          });
    },
  };
}
