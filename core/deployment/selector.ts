/**
 * Selectors: which labels one asks for, as in `app=web,tier!=db,public,!legacy`. What is done with the deployments that
 * are selected is for whoever asks.
 */
import { RingError } from '../errors.ts';

/** One thing asked of labels; all of a selector must hold. */
export type Requirement =
  | { readonly kind: 'equals'; readonly key: string; readonly value: string }
  | { readonly kind: 'differs'; readonly key: string; readonly value: string }
  | { readonly kind: 'present'; readonly key: string }
  | { readonly kind: 'absent'; readonly key: string };

/** At least one requirement: what selects everything would be too easily meant for nothing. */
export type Selector = readonly Requirement[];

/** Each part is read in one way only, so that no text takes long. */
const part = String.raw`\s*(?:!\s*[^,=!\s]+\s*|[^,=!\s]+\s*(?:(?:==?|!=)[^,]*)?)`;

/** Texts that {@link parseSelector} takes. */
export const selectorText = new RegExp(`^${part}(?:,${part})*$`);

/** What is said of any other text. */
export const selectorMessage =
  'must be a selector such as app=web,tier!=db,public,!legacy: parts separated by commas, each key=value, key!=value, key or !key';

/** The longest selector. */
export const longestSelector = 4096;

/** Reads a selector. INVALID_REQUEST for what is none, the empty text included. */
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

/** Whether labels are what a selector asks for. A label that is missing differs from every value. */
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
