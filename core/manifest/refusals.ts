/**
 * Gathers what is refused of many declarations, so that all of it is said at once and in the words of the one who sent
 * them. What is no fault of theirs is not gathered.
 */
import { type ErrorCode, RingError, summaryOf, type Violation } from '../errors.ts';

/** What is refused so far. */
export interface Refusals {
  /** Does one declaration's work; where that is refused, notes it below the pointer and gives nothing. */
  attempt<T>(pointer: string, work: () => T | Promise<T>): Promise<T | undefined>;
  /** Notes one fault. */
  say(pointer: string, message: string): void;
  /**
   * Rejects where anything was refused: with the code of all of it where that is one, else INVALID_REQUEST; with every
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

/** A reply stays readable, whatever was sent. */
const mostViolations = 100;

/** Nothing is refused yet. */
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
