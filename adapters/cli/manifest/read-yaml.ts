/**
 * Parses a text of YAML or JSON documents into plain values and records the position of each. manifests.ts interprets
 * the values.
 */
import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseAllDocuments,
  visit,
} from 'yaml';
import { type Interpolated, interpolate, type Variables } from './interpolate.ts';

/** A position in a text; line and column are counted from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** A problem at a position. */
export interface TextFault extends Position {
  readonly message: string;
}

/** One parsed document. */
export interface YamlDocument {
  readonly value: unknown;
  /** The position of each member by JSON pointer: of a field its name, of an item its beginning. */
  readonly positions: ReadonlyMap<string, Position>;
  /** The pointers of unquoted texts that contain variables: they may represent numbers. */
  readonly filled: ReadonlySet<string>;
  /** The pointers of texts whose variables could not be substituted. */
  readonly unfilled: ReadonlySet<string>;
}

/** All documents that are not empty, and the problems found. */
export interface YamlText {
  readonly documents: readonly YamlDocument[];
  readonly faults: readonly TextFault[];
}

/** The maximum number of nodes: nested aliases can expand to more than fits into memory. */
const mostNodes = 100_000;
const deepest = 100;

/** Parses all documents; variables, when given, are substituted in values but never in names or structure. */
export function readYaml(text: string, variables?: Variables): YamlText {
  const lineCounter = new LineCounter();
  const faults: TextFault[] = [];
  const say = (offset: number, message: string): void => {
    const { line, col } = lineCounter.linePos(offset);
    faults.push({ line: Math.max(1, line), column: Math.max(1, col), message });
  };
  const documents: YamlDocument[] = [];
  for (const document of parseAllDocuments(text, { lineCounter, prettyErrors: false })) {
    for (const { pos, message } of [...document.errors, ...document.warnings]) say(pos[0], plain(message));
    if (document.errors.length > 0 || document.contents === null) continue;
    const walk = makeWalk({
      say,
      fill: variables ? (one) => interpolate(one, variables) : (one) => ({ text: one }),
      placeOf: (offset) => {
        const { line, col } = lineCounter.linePos(offset);
        return { line, column: col };
      },
      targets: targetsOf(document),
    });
    const value = walk.read(document.contents, '', 0);
    if (value !== null && !walk.isTooMuch()) documents.push({ value, ...walk });
  }
  return { documents, faults };
}

/** Appends a part to a JSON pointer. */
export const below = (pointer: string, key: string | number): string =>
  `${pointer}/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`;

/** Returns the target of each alias: the last node before it with that anchor. */
function targetsOf(document: Document.Parsed): ReadonlyMap<unknown, Node> {
  const anchors = new Map<string, Node>();
  const targets = new Map<unknown, Node>();
  visit(document, {
    Alias(_, alias) {
      const target = anchors.get(alias.source);
      if (target) targets.set(alias, target);
    },
    Value(_, node) {
      if (node.anchor) anchors.set(node.anchor, node);
    },
  });
  return targets;
}

interface WalkPorts {
  readonly say: (offset: number, message: string) => void;
  readonly fill: (text: string) => Interpolated;
  readonly placeOf: (offset: number) => Position;
  readonly targets: ReadonlyMap<unknown, Node>;
}

function makeWalk({ say, fill, placeOf, targets }: WalkPorts) {
  const positions = new Map<string, Position>();
  const filled = new Set<string>();
  const unfilled = new Set<string>();
  let nodes = 0;
  let depth = 0;
  let isTooMuch = false;

  const read = (node: unknown, pointer: string, offset: number): unknown => {
    nodes += 1;
    if (isTooMuch) return null;
    isTooMuch = nodes > mostNodes || depth > deepest;
    if (isTooMuch) say(offset, `has more than ${mostNodes} values or ${deepest} levels, aliases included`);
    depth += 1;
    const value = isTooMuch ? null : contentOf(node, pointer, offset);
    depth -= 1;
    return value;
  };

  const contentOf = (node: unknown, pointer: string, offset: number): unknown => {
    if (!positions.has(pointer)) positions.set(pointer, placeOf(offset));
    const whole = targets.get(node) ?? node;
    if (isMap(whole)) return Object.fromEntries(members(whole.items, pointer, offset));
    if (isSeq(whole)) {
      return whole.items.map((item, index) => read(item, below(pointer, index), startOf(item, offset)));
    }
    return isScalar(whole) ? scalar(whole, pointer, offset) : null;
  };

  const members = (pairs: readonly Pair[], pointer: string, offset: number): [string, unknown][] => {
    const own = pairs.filter(({ key }) => nameOf(key) !== '<<');
    const taken = new Set(own.map(({ key }) => nameOf(key)));
    const merged = pairs
      .filter(({ key }) => nameOf(key) === '<<')
      .flatMap(({ value }) => (isSeq(value) ? value.items : [value]))
      .flatMap((source) => {
        const map = targets.get(source) ?? source;
        if (isMap(map)) return map.items;
        say(startOf(source, offset), '"<<" takes an object, or a list of them');
        return [];
      })
      .filter(({ key }) => {
        const isNew = !taken.has(nameOf(key));
        taken.add(nameOf(key));
        return isNew;
      });
    const wide = merged.some(({ key }) => nameOf(key) === '<<') ? members(merged, pointer, offset) : null;
    const inherited = wide ?? merged.flatMap((pair) => member(pair, pointer, offset));
    return [...inherited, ...own.flatMap((pair) => member(pair, pointer, offset))];
  };

  const member = ({ key, value }: Pair, pointer: string, offset: number): [string, unknown][] => {
    const at = startOf(key, offset);
    const name = nameOf(key);
    if (name !== null) return [[name, read(value, below(pointer, name), at)]];
    say(at, 'a name must be a text');
    return [];
  };

  const scalar = (
    node: { value: unknown; type?: string | undefined },
    pointer: string,
    offset: number,
  ): unknown => {
    const { value } = node;
    if (typeof value === 'number' && !Number.isFinite(value)) say(offset, 'is no number that JSON can hold');
    if (typeof value !== 'string' || !value.includes('$')) return value;
    const done = fill(value);
    if ('fault' in done) {
      say(offset, done.fault);
      unfilled.add(pointer);
      return value;
    }
    if (node.type === 'PLAIN' && done.text !== value) filled.add(pointer);
    return done.text;
  };

  return { read, positions, filled, unfilled, isTooMuch: () => isTooMuch };
}

/** Returns the name of a member; null when it is not a text. */
const nameOf = (key: unknown): string | null =>
  isScalar(key) && key.value !== null && typeof key.value !== 'object' ? String(key.value) : null;

const startOf = (node: unknown, otherwise: number): number =>
  (isScalar(node) || isMap(node) || isSeq(node) || isAlias(node) ? node.range?.[0] : undefined) ?? otherwise;

/** The library ends some messages with a position of its own, which is removed. */
const plain = (message: string): string => message.replace(/ at line \d+, column \d+:?[\s\S]*$/, '').trim();
