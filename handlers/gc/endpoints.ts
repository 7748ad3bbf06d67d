/** The endpoints of garbage collection. */
export { cleanUp } from './clean-up.ts';
export { previewCleanup } from './preview-cleanup.ts';
