/** Sheets for people: labels with what belongs to them, and tables below headings. */
import type { Paint } from './paint.ts';
import { type Column, plain, tableLines } from './table.ts';

/** A line of a sheet: a label and its value, which may have several lines; null leaves the line out. */
export type Entry = readonly [label: string, value: string | number | readonly string[] | null];

/** Labels and values, the values below each other. */
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

/** A heading with a table below it; nothing where there is nothing to show. */
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

/** A text of somebody else in one line, null for none. */
export const textOf = (text: string | null): string | null => (text === null ? null : plain(text));
