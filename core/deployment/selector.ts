/**
 * Label selectors, such as `app=web,tier!=db,public,!legacy`. Callers decide what to do with the selected deployments.
 */
import { RingError } from '../errors.ts';

/** One requirement on labels; all requirements of a selector must hold. */
export type Requirement =
  | { readonly kind: 'equals'; readonly key: string; readonly value: string }
  | { readonly kind: 'differs'; readonly key: string; readonly value: string }
  | { readonly kind: 'present'; readonly key: string }
  | { readonly kind: 'absent'; readonly key: string };

/** At least one requirement, because a selector that matches everything is easily sent by mistake. */
export type Selector = readonly Requirement[];

/** Each part matches in one way only, so that matching takes linear time. */
const part = String.raw`\s*(?:!\s*[^,=!\s]+\s*|[^,=!\s]+\s*(?:(?:==?|!=)[^,]*)?)`;

/** Matches the texts that {@link parseSelector} accepts. */
export const selectorText = new RegExp(`^${part}(?:,${part})*$`);

/** The message for any other text. */
export const selectorMessage =
  'must be a selector such as app=web,tier!=db,public,!legacy: parts separated by commas, each key=value, key!=value, key or !key';

/** The maximum length of a selector, in characters. */
export const longestSelector = 4096;

/** Parses a selector. INVALID_REQUEST for an invalid text, including the empty one. */
export function parseSelector(text: string): Selector {
  if (text.length > longestSelector || !selectorText.test(text)) {
    throw new RingError('INVALID_REQUEST', `A selector ${selectorMessage}`);
  }
  return text.split(',').map((one) => requirement(one.trim()));
}

function requirement(text: string): Requirement {
  if (text.startsWith('!')) return { kind: 'absent', key: text.slice(1).trim() };
  const [, key = text, operator, value = ''] = /^([^=!]+)(==?|!=)(.*)$/s.exec(text) ?? [];
  if (operator === undefined) return { kind: 'present', key };
  return { kind: operator === '!=' ? 'differs' : 'equals', key: key.trim(), value: value.trim() };
}

/** Whether labels match a selector. A missing label differs from every value. */
export const isSelected = (labels: Readonly<Record<string, string>>, selector: Selector): boolean =>
  selector.every((wanted) =>
    holds(wanted, Object.hasOwn(labels, wanted.key) ? labels[wanted.key] : undefined),
  );

function holds(wanted: Requirement, value: string | undefined): boolean {
  switch (wanted.kind) {
    case 'equals':
      return value === wanted.value;
    case 'differs':
      return value !== wanted.value;
    case 'present':
      return value !== undefined;
    case 'absent':
      return value === undefined;
  }
}
