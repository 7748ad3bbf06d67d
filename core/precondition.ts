/**
 * What a request asks of the state it changes: `If-Match` and `If-None-Match` of RFC 9110, read and judged. When they are
 * judged, and which tag a thing has, is decided elsewhere.
 */
import { RingError } from './errors.ts';

/** `*`, or tags as they stand in the header: each in quotes, a weak one after `W/`. */
export type Condition = '*' | readonly string[];

/** What is asked. */
export interface Preconditions {
  readonly match: Condition | null;
  readonly noneMatch: Condition | null;
  /** Whether what is there may be changed only with {@link match}. */
  readonly isMatchRequired: boolean;
}

/** How the request changes things. */
export interface Change {
  /** The strong tag of what is there; null: nothing is. */
  readonly current: string | null;
  /** Whether it makes what is not there: else that it is missing is said before anything is asked of it. */
  readonly creates: boolean;
}

const tag = String.raw`(?:W/)?"[\x21\x23-\x7e\x80-\xff]*"`;
const list = new RegExp(String.raw`^[ \t]*${tag}(?:[ \t]*,[ \t]*${tag})*[ \t]*$`);

/** Reads the value of a header; null without one. INVALID_REQUEST, which names the header, where it has neither `*` nor tags. */
export function readCondition(header: string, value: string | null): Condition | null {
  if (value === null) return null;
  if (value.trim() === '*') return '*';
  if (list.test(value)) return value.match(new RegExp(tag, 'g')) ?? [];
  throw new RingError(
    'INVALID_REQUEST',
    `${header} must be * or one or more tags as an ETag gave them, in their quotes: "a", "b"`,
  );
}

/** PRECONDITION_FAILED where what is there is not what was asked for, PRECONDITION_REQUIRED where it had to be asked for. */
export function checkPreconditions(asked: Preconditions, { current, creates }: Change): void {
  if (current === null && !creates) return;
  const { match, noneMatch, isMatchRequired } = asked;
  if (match !== null && !matches(match, current)) {
    throw failed(current === null ? 'there is none of this name' : `its ETag is ${current} now`);
  }
  if (noneMatch !== null && matches(noneMatch, current, strong)) {
    throw failed(`it is there already, with the ETag ${current}`);
  }
  if (isMatchRequired && match === null && current !== null) {
    const way = 'read it, and send the ETag of that reply as If-Match';
    throw new RingError('PRECONDITION_REQUIRED', `Here only what was read may be changed: ${way}`);
  }
}

const failed = (why: string): RingError =>
  new RingError('PRECONDITION_FAILED', `This is not the state that was asked for: ${why}`);

/** Whether what is there is among the tags; a weak one stands for nothing, unless it is read as a strong one. */
const matches = (
  condition: Condition,
  current: string | null,
  read: (one: string) => string = (one) => one,
): boolean => current !== null && (condition === '*' || condition.some((one) => read(one) === current));

const strong = (one: string): string => one.replace(/^W\//, '');
