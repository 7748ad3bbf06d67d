/** The endpoints about secrets. */
export { createSecret } from './create-secret.ts';
export { declareSecret } from './declare-secret.ts';
export { deleteSecret } from './delete-secret.ts';
export { listSecrets } from './list-secrets.ts';
export { readSecret } from './read-secret.ts';
