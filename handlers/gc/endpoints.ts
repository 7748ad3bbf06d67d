/** The endpoints of house keeping. */
export { cleanUp } from './clean-up.ts';
export { previewCleanup } from './preview-cleanup.ts';
