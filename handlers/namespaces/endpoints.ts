/** The endpoints about namespaces. */
export { createNamespace } from './create-namespace.ts';
export { deleteNamespace } from './delete-namespace.ts';
export { listNamespaces } from './list-namespaces.ts';
export { readNamespace } from './read-namespace.ts';
