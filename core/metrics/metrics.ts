/** The port to Ring's own metrics, as one text for a scraper. adapters/metrics collects them. */

/** The counters of this process and figures from the database. */
export interface Metrics {
  /**
   * Returns all metrics in Prometheus's text format, {@link metricsMediaType}. Figures that cannot be read are left out
   * and logged.
   */
  text(): Promise<string>;
}

/** The media type of that text. */
export const metricsMediaType = 'text/plain; version=0.0.4; charset=utf-8';
