/** GET /metrics: what Ring counts of itself, for Prometheus and whoever reads its format. */
import { type Metrics, metricsMediaType } from '../../core/metrics/metrics.ts';
import { endpoint, reply, written } from '../endpoint.ts';

/** Writes all metrics as text. */
export const readMetrics = endpoint({
  method: 'GET',
  path: '/metrics',
  scope: 'read',
  summary: 'Read what Ring counts of itself, in the text format of Prometheus',
  replies: { 200: written('text/plain') },
  async handle(_input, ports: { metrics: Metrics }) {
    return reply(200, await ports.metrics.text(), { 'content-type': metricsMediaType });
  },
});
