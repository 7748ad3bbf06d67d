/** Formats changes: a plan with its differences and steps, and the result of an apply as one line per object. */
import type { Change, ChangeSet, FieldChange } from '../../../core/manifest/change.ts';
import type { Colour, Paint } from '../paint.ts';
import { plain } from '../table.ts';

const signs: Readonly<Record<Change['change'], { sign: string; colour: Colour | null; done: string }>> = {
  create: { sign: '+', colour: 'green', done: 'created' },
  update: { sign: '~', colour: 'yellow', done: 'changed' },
  scale: { sign: '~', colour: 'yellow', done: 'scaled' },
  delete: { sign: '-', colour: 'red', done: 'deleted' },
  none: { sign: ' ', colour: null, done: 'unchanged' },
};

const mostSteps = 12;
const mostLines = 40;

/** Formats a complete plan. Unchanged objects are only counted. */
export function planLines({ changes, summary, unseen }: ChangeSet, paint: Paint): readonly string[] {
  const lines = changes
    .filter(({ change }) => change !== 'none')
    .flatMap((change) => [...changeLines(change, paint), '']);
  const counts = [
    `${summary.create} to create`,
    `${summary.update} to change`,
    `${summary.scale} to scale`,
    `${summary.delete} to delete`,
    `${summary.none} as declared`,
  ];
  const steps =
    unseen === null ? [] : [paint('yellow', `The engine cannot be seen, so no steps are shown: ${unseen}`)];
  return [...lines, ...steps, `${counts.join(', ')}.`];
}

/** Formats a completed change: `deployment/web created`. */
export const doneLine = ({ kind, id, change }: Change, paint: Paint): string =>
  paint(signs[change].colour, `${kind}/${plain(id)} ${signs[change].done}`);

function changeLines(change: Change, paint: Paint): readonly string[] {
  const { sign, colour } = signs[change.change];
  const words = [
    change.change,
    ...(change.revision === null || change.change === 'scale' ? [] : [`revision ${change.revision}`]),
    ...(change.replaces ? ['what runs is replaced'] : []),
  ];
  const where =
    change.kind === 'namespace' || change.namespace === 'default' ? '' : ` in ${change.namespace}`;
  return [
    `${paint(colour, `${sign} ${change.kind}/${plain(change.id)}`)}${where}: ${words.join(', ')}`,
    ...(change.reason === null ? [] : [`    because ${plain(change.reason)}`]),
    ...change.fields.flatMap((field) => fieldLines(field, paint)),
    ...(change.rolls_out.length > 0 ? [`    rolls out ${change.rolls_out.map(plain).join(', ')}`] : []),
    ...(change.waits_for === null ? [] : [`    ${plain(change.waits_for)}`]),
    ...stepLines(change, paint),
  ];
}

function stepLines({ actions }: Change, paint: Paint): readonly string[] {
  const steps = actions ?? [];
  const more = steps.length - mostSteps;
  return [
    ...steps.slice(0, mostSteps).map(({ words }) => paint('dim', `    > ${plain(words)}`)),
    ...(more > 0 ? [paint('dim', `    > and ${more} more`)] : []),
  ];
}

function fieldLines({ pointer, before, after }: FieldChange, paint: Paint): readonly string[] {
  const name = pointer.slice(1).split('/').map(unescaped).join('.');
  if (isText(before) && isText(after)) {
    return [`    ${plain(name)}:`, ...textLines(before, after, paint)];
  }
  if (isNothing(before)) return [`    ${paint('green', `+ ${plain(name)}: ${shown(after)}`)}`];
  if (isNothing(after)) return [`    ${paint('red', `- ${plain(name)}: ${shown(before)}`)}`];
  return [`    ${plain(name)}: ${paint('red', shown(before))} -> ${paint('green', shown(after))}`];
}

const isNothing = (value: unknown): boolean => value === null || value === undefined;

const isText = (value: unknown): value is string => typeof value === 'string' && value.includes('\n');

const shown = (value: unknown): string => {
  const text = JSON.stringify(value) ?? '';
  return text.length > 200 ? `${text.slice(0, 199)}…` : text;
};

const unescaped = (key: string): string => key.replaceAll('~1', '/').replaceAll('~0', '~');

/**
 * Formats the difference of two multi-line texts: their common beginning and end are omitted except for one line of
 * context.
 */
function textLines(before: string, after: string, paint: Paint): readonly string[] {
  const [from, to] = [before.split('\n'), after.split('\n')];
  const most = Math.min(from.length, to.length);
  let first = 0;
  while (first < most && from[first] === to[first]) first += 1;
  let last = 0;
  while (last < most - first && from.at(-1 - last) === to.at(-1 - last)) last += 1;
  const lines = [
    ...from.slice(Math.max(0, first - 1), first).map((line) => `      ${plain(line)}`),
    ...from.slice(first, from.length - last).map((line) => paint('red', `    - ${plain(line)}`)),
    ...to.slice(first, to.length - last).map((line) => paint('green', `    + ${plain(line)}`)),
    ...to.slice(to.length - last, to.length - last + 1).map((line) => `      ${plain(line)}`),
  ];
  const more = lines.length - mostLines;
  return more > 0 ? [...lines.slice(0, mostLines), `      and ${more} lines more`] : lines;
}
