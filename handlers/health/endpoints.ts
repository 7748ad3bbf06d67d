/** The endpoints about the health of deployments. */
export { listHealthChecks } from './list-health-checks.ts';
