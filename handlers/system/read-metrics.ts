/** GET /metrics: returns Ring's own metrics in Prometheus's format. */
import { type Metrics, metricsMediaType } from '../../core/metrics/metrics.ts';
import { endpoint, reply, written } from '../endpoint.ts';

/** Returns all metrics as text. */
export const readMetrics = endpoint({
  method: 'GET',
  path: '/metrics',
  scope: 'read',
  summary: "Read Ring's own metrics, in the text format of Prometheus",
  replies: { 200: written('text/plain') },
  async handle(_input, ports: { metrics: Metrics }) {
    return reply(200, await ports.metrics.text(), { 'content-type': metricsMediaType });
  },
});
