/** What a benchmark hands on: times and how they are summed up. What is measured, and how it is shown, is for others. */

/** Trials of one measure, in its own unit. */
export type Samples = readonly number[];

/** The middle of the samples; NaN without any. */
export const median = (samples: Samples): number => {
  const sorted = [...samples].sort((left, right) => left - right);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
};

/** A figure with its spread: the median, then the smallest and the largest sample. */
export const spread = (samples: Samples, digits: number): string => {
  if (samples.length === 0) return '-';
  const show = (value: number) => value.toFixed(digits);
  return `${show(median(samples))} (${show(Math.min(...samples))} to ${show(Math.max(...samples))})`;
};

/**
 * The median of the ratios of what was measured in turns: what slows down one of a pair slows down the other too. Of
 * what was not measured in turns, the ratio of the medians.
 */
export const pairedRatio = (ones: Samples = [], others: Samples = []): number =>
  ones.length === others.length
    ? median(ones.map((one, index) => one / (others[index] ?? Number.NaN)))
    : median(ones) / median(others);

/** What a ratio has to reach: at most, or at least. */
export type Target = { readonly atMost: number } | { readonly atLeast: number };

/** Whether a value reaches its target. */
export const reaches = (value: number, target: Target): boolean =>
  'atMost' in target ? value <= target.atMost : value >= target.atLeast;

/** A target in words. */
export const targetText = (target: Target): string =>
  'atMost' in target ? `at most ${target.atMost}` : `at least ${target.atLeast}`;

/** One table of the report. */
export interface Table {
  readonly title: string;
  /** What stands above the table: what was measured and how. */
  readonly notes: readonly string[];
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** One figure of the task with what was measured, for the summary. */
export interface Goal {
  readonly name: string;
  readonly measured: number;
  readonly unit: string;
  readonly target: Target;
}

/** What one part of the benchmark found. */
export interface Findings {
  readonly tables: readonly Table[];
  readonly goals: readonly Goal[];
}

/** Appends a value to the list of a key. */
export const push = <K>(lists: Map<K, number[]>, key: K, value: number): void => {
  const list = lists.get(key);
  if (list) list.push(value);
  else lists.set(key, [value]);
};

/** Seconds since an instant of performance.now(). */
export const secondsSince = (began: number): number => (performance.now() - began) / 1000;
