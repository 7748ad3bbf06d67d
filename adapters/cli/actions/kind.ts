/** Defines the kinds that `get`, `describe` and `delete` work on: how objects of a kind are listed, read and shown. */
import type { OutputOptions } from '../output-option.ts';
import { printList, printOne, type View } from '../print.ts';
import type { Session } from '../session.ts';
import type { Terminal } from '../terminal.ts';

/** Which objects of a kind to list. */
export interface Filter {
  readonly namespaces: readonly string[];
  readonly selector?: string | undefined;
  readonly statuses: readonly string[];
}

/** Objects of one kind, ready to be printed. */
export interface Shown {
  readonly print: (terminal: Terminal, options: OutputOptions) => Promise<void>;
}

/** The properties and functions of a kind. */
export interface KindTerms<T> {
  /** The names of the kind: the first is shown, the others are accepted. */
  readonly names: readonly [string, ...string[]];
  /** Whether its objects are in namespaces. */
  readonly isNamespaced: boolean;
  /** Whether there is exactly one object, which needs no name. */
  readonly isOne?: boolean;
  readonly view: View<T>;
  readonly list: (session: Session, filter: Filter) => Promise<readonly T[]>;
  readonly read: (session: Session, id: string) => Promise<T>;
  /** Returns the sheet of an object; without this function, the object is printed as YAML. */
  readonly describe?: (session: Session, thing: T) => Promise<readonly string[]>;
  readonly remove?: Remove;
}

/** Deletes one object and prints the result. */
export type Remove = (session: Session, id: string, options: { readonly cascade: boolean }) => Promise<void>;

/** A kind, independent of the type of its objects. */
export interface Kind {
  readonly names: readonly [string, ...string[]];
  readonly isNamespaced: boolean;
  readonly isOne: boolean;
  readonly list: (session: Session, filter: Filter) => Promise<Shown>;
  /** Reads objects: a single one is shown by itself, several as a list. */
  readonly read: (session: Session, ids: readonly string[]) => Promise<Shown>;
  readonly describe: (session: Session, id: string) => Promise<readonly string[]>;
  readonly remove: Remove | null;
}

/** Makes a kind. */
export const makeKind = <T>({
  names,
  isNamespaced,
  isOne = false,
  view,
  list,
  read,
  describe,
  remove,
}: KindTerms<T>): Kind => ({
  names,
  isNamespaced,
  isOne,
  list: async (session, filter) => shown(view, await list(session, filter)),
  async read(session, ids) {
    const things: T[] = [];
    for (const id of ids) things.push(await read(session, id));
    const [first] = things;
    return things.length === 1 && first !== undefined
      ? { print: (terminal, { output }) => printOne(terminal, first, { view, output }) }
      : shown(view, things);
  },
  async describe(session, id) {
    const thing = await read(session, id);
    if (describe) return describe(session, thing);
    const { yamlText } = await import('../yaml-text.ts');
    return yamlText(thing).trimEnd().split('\n');
  },
  remove: remove ?? null,
});

const shown = <T>(view: View<T>, things: readonly T[]): Shown => ({
  print: (terminal, { output }) => printList(terminal, things, { view, output }),
});
