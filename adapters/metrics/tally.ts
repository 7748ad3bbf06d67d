/**
 * Plain counters: a number, or a spread of durations, for each set of labels. They cost nothing until somebody asks and
 * hold no more than so many sets, whatever they are fed: what comes on top counts as `other`.
 */

/** The values of labels by name. */
export type Labels<Name extends string = string> = Readonly<Record<Name, string>>;

/** How a metric is called and what it says. */
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

/** The durations of one set of labels: how many were no longer than each bound, their sum in seconds, and how many. */
export interface SpreadValue {
  readonly labels: Labels;
  readonly upTo: readonly number[];
  readonly sum: number;
  readonly count: number;
}

/** Counts things. */
export interface Counter<Name extends string = string> extends Naming<Name> {
  add(labels: Labels<Name>, by?: number): void;
  values(): readonly Value[];
}

/** Collects durations. */
export interface Spread<Name extends string = string> extends Naming<Name> {
  /** In seconds, ascending. */
  readonly bounds: readonly number[];
  observe(labels: Labels<Name>, ms: number): void;
  values(): readonly SpreadValue[];
}

const mostSets = 1000;

/** The one entry of these labels; what comes after the last place is taken goes into that of `other`. */
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

/** A counter at 0. */
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

/** A spread without any duration yet. */
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
