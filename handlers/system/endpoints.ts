/** The endpoints about Ring itself. */
export { readHealth } from './read-health.ts';
export { readMetrics } from './read-metrics.ts';
export { readReadiness } from './read-readiness.ts';
export { reconcileNow } from './reconcile-now.ts';
