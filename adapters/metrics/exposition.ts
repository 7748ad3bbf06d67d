/**
 * Formats metrics as the text that Prometheus reads. This is the only file that uses Prometheus's library, which takes
 * longer to load than Ring may take to start: it is loaded with the first scrape, and nothing is counted in it.
 */
import { Counter, Gauge, Histogram, type HistogramConfiguration, Registry } from 'prom-client';
import type { Naming, SpreadValue, Value } from './tally.ts';

/** A numeric metric with its values. */
export interface Numbers extends Naming {
  readonly type: 'counter' | 'gauge';
  readonly found: readonly Value[];
}

/** A metric of durations with its values. */
export interface Durations extends Naming {
  readonly type: 'histogram';
  readonly bounds: readonly number[];
  readonly found: readonly SpreadValue[];
}

type HistogramValues = ReturnType<Histogram<string>['get']>;

/** A histogram that was counted elsewhere, because the library can only add single durations. */
class Counted extends Histogram<string> {
  readonly #values: HistogramValues;

  constructor(configuration: HistogramConfiguration<string>, values: HistogramValues) {
    super(configuration);
    this.#values = values;
  }

  override get(): HistogramValues {
    return this.#values;
  }

  /** Called by the library to format the text. */
  getForPromString(): HistogramValues {
    return this.#values;
  }
}

async function durationsOf({ name, help, labels, bounds, found }: Durations): HistogramValues {
  const configuration = { name, help, labelNames: [...labels], buckets: [...bounds], registers: [] };
  const empty = await new Histogram<string>(configuration).get();
  const values = found.flatMap(({ labels: of, upTo, sum, count }) => [
    ...bounds.map((le, index) => ({
      metricName: `${name}_bucket`,
      labels: { ...of, le },
      value: upTo[index] ?? 0,
    })),
    { metricName: `${name}_bucket`, labels: { ...of, le: '+Inf' }, value: count },
    { metricName: `${name}_sum`, labels: of, value: sum },
    { metricName: `${name}_count`, labels: of, value: count },
  ]);
  return { ...empty, values };
}

/** Returns the text of these metrics, in the given order. */
export const expose = async (metrics: readonly (Numbers | Durations)[]): Promise<string> => {
  const registry = new Registry();
  for (const metric of metrics) {
    const { name, help } = metric;
    const common = { name, help, labelNames: [...metric.labels], registers: [registry] };
    if (metric.type === 'histogram') new Counted(common, durationsOf(metric));
    else if (metric.type === 'counter') {
      const counter = new Counter<string>(common);
      for (const { labels, value } of metric.found) counter.inc({ ...labels }, value);
    } else {
      const gauge = new Gauge<string>(common);
      if (metric.labels.length === 0) gauge.reset();
      for (const { labels, value } of metric.found) gauge.set({ ...labels }, value);
    }
  }
  return registry.metrics();
};
