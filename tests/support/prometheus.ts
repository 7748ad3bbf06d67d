/** Parses metrics as Prometheus does, with an independent parser that rejects malformed input. */
import parse from 'parse-prometheus-text-format';

/** One metric as it was read; a counter or gauge has a value a line, a histogram its buckets. */
export interface ReadMetric {
  readonly name: string;
  readonly help: string;
  readonly type: string;
  readonly metrics: readonly {
    readonly value?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly buckets?: Readonly<Record<string, string>>;
    readonly count?: string;
    readonly sum?: string;
  }[];
}

/** Metrics by name, and their values by labels. */
export interface Scrape {
  readonly all: readonly ReadMetric[];
  named(name: string): ReadMetric;
  /** The value under just these labels; undefined without one. */
  value(name: string, labels?: Readonly<Record<string, string>>): number | undefined;
}

/** Parses a text; throws for one that is no such text. */
export const readScrape = (text: string): Scrape => {
  const all = parse(text);
  const named = (name: string): ReadMetric => {
    const found = all.find((metric) => metric.name === name);
    if (!found) throw new Error(`There is no metric ${name}`);
    return found;
  };
  const sorted = (labels: Readonly<Record<string, string>>) => JSON.stringify(Object.entries(labels).sort());
  return {
    all,
    named,
    value(name, labels = {}) {
      const found = named(name).metrics.find((one) => sorted(one.labels ?? {}) === sorted(labels));
      return found?.value === undefined ? undefined : Number(found.value);
    },
  };
};
