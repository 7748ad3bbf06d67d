/** The endpoints about Ring itself. */
export { readDocs } from './read-docs.ts';
export { readHealth } from './read-health.ts';
export { readOpenapi } from './read-openapi.ts';
export { readReadiness } from './read-readiness.ts';
export { reconcileNow } from './reconcile-now.ts';
