/** POST /namespaces: creates an empty namespace. */
import { createNamespace as create } from '../../core/namespace/commands.ts';
import { Namespace, NamespaceDraft } from '../../core/namespace/namespace.ts';
import type { Clock, Write } from '../../core/ports.ts';
import { endpoint, reply } from '../endpoint.ts';

/** Creates a namespace. NAMESPACE_EXISTS. */
export const createNamespace = endpoint({
  method: 'POST',
  path: '/namespaces',
  scope: 'write',
  summary: 'Create a namespace',
  body: NamespaceDraft,
  replies: { 201: Namespace },
  async handle({ body }, ports: { write: Write; clock: Clock }) {
    const namespace = await create(body.name, ports);
    return reply(201, namespace, { location: `/namespaces/${namespace.name}` });
  },
});
