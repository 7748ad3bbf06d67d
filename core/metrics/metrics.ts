/** What Ring counts of itself, as one text for whoever scrapes it. What is counted where: adapters/metrics. */

/** The counters of this process, and what stands in the database. */
export interface Metrics {
  /** All of it in Prometheus's text format, {@link metricsMediaType}. What cannot be read is left out, and said. */
  text(): Promise<string>;
}

/** The format of that text. */
export const metricsMediaType = 'text/plain; version=0.0.4; charset=utf-8';
