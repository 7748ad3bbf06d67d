/**
 * Parses and checks the preconditions of a request: `If-Match` and `If-None-Match` of RFC 9110. The commands decide
 * when to check them; tag.ts defines the tags.
 */
import { RingError } from './errors.ts';

/** `*`, or the tags as in the header: each in quotes, a weak one with the prefix `W/`. */
export type Condition = '*' | readonly string[];

/** The preconditions of a request. */
export interface Preconditions {
  readonly match: Condition | null;
  readonly noneMatch: Condition | null;
  /** Whether an existing resource may be changed only with {@link match}. */
  readonly isMatchRequired: boolean;
}

/** How a request changes a resource. */
export interface Change {
  /** The strong tag of the existing resource; null when there is none. */
  readonly current: string | null;
  /**
   * Whether the request creates a missing resource. Otherwise a missing resource is reported before its preconditions
   * are checked.
   */
  readonly creates: boolean;
}

const tag = String.raw`(?:W/)?"[\x21\x23-\x7e\x80-\xff]*"`;
const list = new RegExp(String.raw`^[ \t]*${tag}(?:[ \t]*,[ \t]*${tag})*[ \t]*$`);

/**
 * Parses the value of a header; null without one. INVALID_REQUEST, naming the header, when it has neither `*` nor tags.
 */
export function readCondition(header: string, value: string | null): Condition | null {
  if (value === null) return null;
  if (value.trim() === '*') return '*';
  if (list.test(value)) return value.match(new RegExp(tag, 'g')) ?? [];
  throw new RingError(
    'INVALID_REQUEST',
    `${header} must be * or one or more tags in quotes as in an ETag: "a", "b"`,
  );
}

/**
 * Checks preconditions. PRECONDITION_FAILED when the current state does not match, PRECONDITION_REQUIRED when a
 * precondition is required and missing.
 */
export function checkPreconditions(asked: Preconditions, { current, creates }: Change): void {
  if (current === null && !creates) return;
  const { match, noneMatch, isMatchRequired } = asked;
  if (match !== null && !matches(match, current)) {
    throw failed(current === null ? 'it does not exist' : `its current ETag is ${current}`);
  }
  if (noneMatch !== null && matches(noneMatch, current, strong)) {
    throw failed(`it already exists, with the ETag ${current}`);
  }
  if (isMatchRequired && match === null && current !== null) {
    const way = 'read the resource first, and send the ETag of the response as If-Match';
    throw new RingError('PRECONDITION_REQUIRED', `This change needs a precondition: ${way}`);
  }
}

const failed = (why: string): RingError =>
  new RingError('PRECONDITION_FAILED', `The precondition does not hold: ${why}`);

/** Whether the current tag is among the given ones; weak tags match only when they are read as strong. */
const matches = (
  condition: Condition,
  current: string | null,
  read: (one: string) => string = (one) => one,
): boolean => current !== null && (condition === '*' || condition.some((one) => read(one) === current));

const strong = (one: string): string => one.replace(/^W\//, '');
