/** How events are shown: in a table, or one per line as they arrive. */
import type { EventView } from '../../../core/event/event.ts';
import { age } from '../format.ts';
import type { Colour, Paint } from '../paint.ts';
import type { View } from '../print.ts';
import { type Column, plain } from '../table.ts';

/** An event and its deployment. */
export type ShownEvent = EventView & { readonly deployment: string };

const colours = { info: null, warning: 'yellow', error: 'red' } as const satisfies Record<
  EventView['level'],
  Colour | null
>;

/** Formats how often an event occurred; null for once. */
const times = ({ count }: EventView): string | null => (count > 1 ? `${count} times` : null);

const columns: readonly Column<ShownEvent>[] = [
  { title: 'SEEN', of: ({ last_seen: at }) => age(at), right: true },
  { title: 'LEVEL', of: ({ level }) => level, colour: ({ level }) => colours[level] },
  { title: 'DEPLOYMENT', of: ({ deployment }) => deployment },
  { title: 'REASON', of: ({ reason }) => reason },
  { title: 'FIRST SEEN', of: ({ first_seen: at }) => at, wide: true },
  { title: 'LAST SEEN', of: ({ last_seen: at }) => at, wide: true },
  { title: 'FROM', of: ({ component }) => component, wide: true },
  { title: 'COUNT', of: ({ count }) => count, right: true },
  { title: 'MESSAGE', of: ({ message }) => message },
];

/** Returns the table of events; `isOne` omits the deployment, because all events belong to the same one. */
export const eventView = (isOne: boolean): View<ShownEvent> => ({
  kind: 'event',
  name: ({ id }) => id,
  columns: isOne ? columns.filter(({ title }) => title !== 'DEPLOYMENT') : columns,
});

/** Formats one event as a line, for output that is read as it arrives. */
export function eventLine(
  event: ShownEvent,
  { paint, isOne }: { readonly paint: Paint; readonly isOne: boolean },
): string {
  const { last_seen: at, level, deployment, reason, message } = event;
  const count = times(event);
  return [
    paint('dim', at.replace(/\.\d+Z$/, 'Z')),
    paint(colours[level], level.padEnd(7)),
    ...(isOne ? [] : [paint('cyan', deployment)]),
    reason,
    `${plain(message)}${count === null ? '' : paint('dim', ` (${count})`)}`,
  ].join('  ');
}
