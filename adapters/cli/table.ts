/** Lays out tables: columns are as wide as their content, and the last one is cut at the width of the terminal. */
import type { Colour, Paint } from './paint.ts';

/** A column of a table. */
export interface Column<T> {
  readonly title: string;
  readonly of: (item: T) => string | number | null;
  readonly colour?: (item: T) => Colour | null;
  /** Shown with `-o wide` only. */
  readonly wide?: boolean;
  /** Aligned to the right, as numbers are. */
  readonly right?: boolean;
}

/** How a table is laid out. */
export interface TableTerms {
  readonly paint: Paint;
  /** The width of the terminal in characters; null for no limit. */
  readonly columns: number | null;
}

interface Cell {
  readonly text: string;
  readonly colour: Colour | null;
}

const gap = '   ';

/** Returns the lines of a table: a header and one line for each item. */
export const tableLines = <T>(
  items: readonly T[],
  columns: readonly Column<T>[],
  { paint, columns: width }: TableTerms,
): string[] => {
  const head = columns.map(({ title }): Cell => ({ text: title, colour: 'dim' }));
  const body = items.map((item) =>
    columns.map(({ of, colour }): Cell => ({ text: cellText(of(item)), colour: colour?.(item) ?? null })),
  );
  const rows = [head, ...body];
  const widths = columns.map((_, index) => Math.max(...rows.map((row) => size(row[index]?.text ?? ''))));
  const before = widths.slice(0, -1).reduce((sum, each) => sum + each + gap.length, 0);
  const room = width === null ? Number.POSITIVE_INFINITY : Math.max(width - before, 8);
  const last = columns.length - 1;
  const shownCell = ({ text, colour }: Cell, index: number): string => {
    const blank = ' '.repeat((widths[index] ?? 0) - size(text));
    if (columns[index]?.right) return blank + paint(colour, text);
    return index === last ? paint(colour, cut(text, room)) : paint(colour, text) + blank;
  };
  return rows.map((row) => row.map(shownCell).join(gap).trimEnd());
};

/**
 * Returns a text that is safe to show in one line of a terminal: nothing in it can move the cursor, ring the bell or
 * change colours.
 */
export const plain = (text: string): string => text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, ' ');

const cellText = (value: string | number | null): string => (value === null ? '' : plain(String(value)));

const size = (text: string): number => [...text].length;

const cut = (text: string, room: number): string =>
  size(text) <= room ? text : `${[...text].slice(0, room - 1).join('')}…`;
