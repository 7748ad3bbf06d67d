/** Prints data in the requested format: tables for people, the other formats for programs and pipes. */
import type { OutputOptions } from './output-option.ts';
import { type Column, plain, tableLines } from './table.ts';
import type { Terminal } from './terminal.ts';

/** How objects of one kind are shown. */
export interface View<T> {
  /** The prefix of the name in `-o name`: `deployment/web`. */
  readonly kind: string;
  readonly name: (item: T) => string;
  readonly columns: readonly Column<T>[];
}

/** Prints a list. An empty one is reported on stderr, so that nothing is written to a pipe. */
export const printList = async <T>(
  terminal: Terminal,
  items: readonly T[],
  { view, output }: OutputOptions & { readonly view: View<T> },
): Promise<void> => {
  if (output === 'json' || output === 'yaml') return printValue(terminal, items, output);
  if (output === 'name') {
    for (const item of items) terminal.line(nameOf(view, item));
  } else if (items.length === 0) {
    terminal.note(`There are no ${view.kind}s`);
  } else {
    const isWide = output === 'wide';
    const columns = view.columns.filter(({ wide = false }) => isWide || !wide);
    const lines = tableLines(items, columns, {
      paint: terminal.paint,
      columns: isWide ? null : terminal.columns,
    });
    for (const line of lines) terminal.line(line);
  }
};

/** Prints one object: as a table with one row, or by itself. */
export const printOne = <T>(
  terminal: Terminal,
  item: T,
  { view, output }: OutputOptions & { readonly view: View<T> },
): Promise<void> =>
  output === 'json' || output === 'yaml'
    ? printValue(terminal, item, output)
    : printList(terminal, [item], { view, output });

/** Prints a value for programs. */
export const printValue = async (
  terminal: Terminal,
  value: unknown,
  output: 'json' | 'yaml',
): Promise<void> => {
  if (output === 'json') return terminal.line(JSON.stringify(value, null, 2));
  const { yamlText } = await import('./yaml-text.ts');
  terminal.write(yamlText(value));
};

const nameOf = <T>({ kind, name }: View<T>, item: T): string => `${kind}/${plain(name(item))}`;
