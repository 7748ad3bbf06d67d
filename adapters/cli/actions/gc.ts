/** `ring gc`: collects garbage now, or shows what would be removed. */
import type { Failure, GcPreview, GcReport, Item } from '../../../core/gc/report.ts';
import type { Outcome } from '../command-context.ts';
import { exits } from '../exit-codes.ts';
import { age, counted, listed, sizeText } from '../format.ts';
import type { OutputOptions } from '../output-option.ts';
import { printValue } from '../print.ts';
import type { Session } from '../session.ts';
import { type Column, tableLines } from '../table.ts';
import type { Terminal } from '../terminal.ts';

/** The options of `ring gc`. */
export interface GcOptions extends OutputOptions {
  readonly dryRun?: true;
}

/** Removes what is due and prints the result; resolves to 1 when something could not be removed. */
export const gc = async (session: Session, { dryRun, output }: GcOptions): Promise<Outcome> => {
  const { client, terminal } = session;
  const { body } = dryRun ? await client.previewCleanup() : await client.cleanUp();
  if (output === 'json' || output === 'yaml') await printValue(terminal, body, output);
  else if ('due' in body) tellView(terminal, body, output);
  else tellReport(terminal, body, output);
  return 'failed' in body && body.failed.length > 0 ? exits.error : exits.ok;
};

function tellView(terminal: Terminal, { due, later, bytes, automatic }: GcPreview, output: string): void {
  tellItems(terminal, due, output);
  const by = automatic ? '; Ring does it by itself from time to time' : '; RING_GC is off';
  terminal.note(
    `${counted(due.length, 'thing')} would be removed now (${sizeText(bytes)}), ${later.length} later${by}`,
  );
}

function tellReport(terminal: Terminal, { removed, failed, later, bytes }: GcReport, output: string): void {
  tellItems(terminal, removed, output);
  terminal.note(`${counted(removed.length, 'thing')} removed (${sizeText(bytes)}), ${later.length} later`);
  for (const { kind, id, error } of failed) terminal.note(`ring: ${kind} ${id ?? ''} could not go: ${error}`);
}

function tellItems(terminal: Terminal, items: readonly (Item | Failure)[], output: string): void {
  if (output === 'name') for (const { kind, id } of items) terminal.line(`${kind}/${id ?? ''}`);
  else if (items.length > 0) {
    const width = output === 'wide' ? null : terminal.columns;
    for (const line of tableLines(items, columns, { paint: terminal.paint, columns: width }))
      terminal.line(line);
  }
}

const columns: readonly Column<Item>[] = [
  { title: 'KIND', of: ({ kind }) => kind },
  { title: 'WHAT', of: ({ id, names }) => listed(names) || (id?.replace(/^sha256:/, '').slice(0, 12) ?? '') },
  { title: 'COUNT', of: ({ count }) => count, right: true },
  { title: 'SIZE', of: ({ bytes }) => sizeText(bytes), right: true },
  { title: 'DUE', of: ({ due_at: at }) => age(at), right: true },
  { title: 'REASON', of: ({ reason }) => reason },
];
