/** GET /namespaces/:name: returns one namespace with the number of its resources. */
import { findNamespace } from '../../core/namespace/commands.ts';
import { Namespace, type Namespaces, toNamespace } from '../../core/namespace/namespace.ts';
import { endpoint, reply } from '../endpoint.ts';
import { namespaceParams } from '../params.ts';

/** Reads a namespace. NAMESPACE_NOT_FOUND. */
export const readNamespace = endpoint({
  method: 'GET',
  path: '/namespaces/:name',
  scope: 'read',
  summary: 'Read a namespace',
  params: namespaceParams,
  replies: { 200: Namespace },
  handle: async ({ params }, { namespaces }: { namespaces: Namespaces }) =>
    reply(200, toNamespace(await findNamespace(params.name, namespaces))),
});
