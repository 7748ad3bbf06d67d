/** The endpoints that describe the API. */
export { readDocs } from './read-docs.ts';
export { readOpenapi } from './read-openapi.ts';
