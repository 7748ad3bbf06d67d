/**
 * Plain counters: a number, or a distribution of durations, for each set of labels. The number of sets is limited:
 * further ones count as `other`.
 */

/** The values of labels by name. */
export type Labels<Name extends string = string> = Readonly<Record<Name, string>>;

/** The name of a metric and its description. */
export interface Naming<Name extends string = string> {
  readonly name: string;
  readonly help: string;
  readonly labels: readonly Name[];
}

/** One number with its labels. */
export interface Value {
  readonly labels: Labels;
  readonly value: number;
}

/** The durations of one set of labels: how many were at most each bound, their sum in seconds, and their number. */
export interface SpreadValue {
  readonly labels: Labels;
  readonly upTo: readonly number[];
  readonly sum: number;
  readonly count: number;
}

/** A counter with labels. */
export interface Counter<Name extends string = string> extends Naming<Name> {
  add(labels: Labels<Name>, by?: number): void;
  values(): readonly Value[];
}

/** A distribution of durations with labels. */
export interface Spread<Name extends string = string> extends Naming<Name> {
  /** The upper bounds in seconds, ascending. */
  readonly bounds: readonly number[];
  observe(labels: Labels<Name>, ms: number): void;
  values(): readonly SpreadValue[];
}

const mostSets = 1000;

/** Makes the entries by labels; once the limit is reached, new sets of labels share the entry of `other`. */
const makeSets = <Name extends string, Entry>(names: readonly Name[], fresh: () => Entry) => {
  const sets = new Map<string, { readonly labels: Labels<Name>; readonly entry: Entry }>();
  const other = Object.fromEntries(names.map((name) => [name, 'other'])) as Labels<Name>;
  const of = (labels: Labels<Name>): Entry => {
    let key = '';
    for (const name of names) key += `${labels[name]}\n`;
    const known = sets.get(key);
    if (known) return known.entry;
    if (sets.size >= mostSets && labels !== other) return of(other);
    const entry = fresh();
    sets.set(key, { labels, entry });
    return entry;
  };
  return { of, all: () => [...sets.values()] };
};

/** Makes a counter at 0. */
export const makeCounter = <const Name extends string>(naming: Naming<Name>): Counter<Name> => {
  const sets = makeSets(naming.labels, () => ({ value: 0 }));
  return {
    ...naming,
    add(labels, by = 1) {
      sets.of(labels).value += by;
    },
    values: () => sets.all().map(({ labels, entry }) => ({ labels, value: entry.value })),
  };
};

/** Makes a distribution without any durations. */
export const makeSpread = <const Name extends string>(
  naming: Naming<Name>,
  bounds: readonly number[],
): Spread<Name> => {
  const sets = makeSets(naming.labels, () => ({ within: bounds.map(() => 0), sum: 0, count: 0 }));
  return {
    ...naming,
    bounds,
    observe(labels, ms) {
      const entry = sets.of(labels);
      const seconds = ms / 1000;
      const index = bounds.findIndex((bound) => seconds <= bound);
      if (index >= 0) entry.within[index] = (entry.within[index] ?? 0) + 1;
      entry.sum += seconds;
      entry.count += 1;
    },
    values: () =>
      sets.all().map(({ labels, entry: { within, sum, count } }) => ({
        labels,
        upTo: within.map((_, index) => within.slice(0, index + 1).reduce((one, next) => one + next, 0)),
        sum,
        count,
      })),
  };
};
