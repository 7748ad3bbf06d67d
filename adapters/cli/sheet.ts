/** Lays out sheets: labels with their values, and tables below headings. */
import type { Paint } from './paint.ts';
import { type Column, plain, tableLines } from './table.ts';

/** An entry of a sheet: a label and its value, which may have several lines; null omits the entry. */
export type Entry = readonly [label: string, value: string | number | readonly string[] | null];

/** Lays out labels and values in two columns. */
export const entryLines = (entries: readonly Entry[], paint: Paint): string[] => {
  const shown = entries.flatMap(([label, value]) =>
    value === null || value === '' ? [] : [{ label, value }],
  );
  const width = Math.max(0, ...shown.map(({ label }) => label.length + 1));
  return shown.flatMap(({ label, value }) => {
    const values = typeof value === 'object' ? value : [String(value)];
    return values.map((text, index) => {
      const name = index === 0 ? `${label}:` : '';
      return `${paint('dim', name)}${' '.repeat(width - name.length)}  ${text}`;
    });
  });
};

/** Lays out a heading with a table below it; empty when there are no rows. */
export const section = <T>(
  heading: string,
  {
    items,
    columns,
    paint,
  }: { readonly items: readonly T[]; readonly columns: readonly Column<T>[]; readonly paint: Paint },
): string[] =>
  items.length === 0
    ? []
    : [
        '',
        paint('bold', `${heading}:`),
        ...tableLines(items, columns, { paint, columns: null }).map((line) => `  ${line}`),
      ];

/** Makes a text from another source safe to show in one line; null for null. */
export const textOf = (text: string | null): string | null => (text === null ? null : plain(text));
