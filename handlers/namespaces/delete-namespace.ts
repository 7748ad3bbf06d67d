/** DELETE /namespaces/:name: deletes a namespace, on request with its contents. */
import * as v from 'valibot';
import type { CommandPorts } from '../../core/deployment/commands/create.ts';
import { deleteNamespace as remove } from '../../core/namespace/commands.ts';
import { Namespace } from '../../core/namespace/namespace.ts';
import { endpoint, reply } from '../endpoint.ts';
import { namespaceParams } from '../params.ts';
import { flag } from '../query.ts';

/** Deletes a namespace. NAMESPACE_NOT_FOUND; NAMESPACE_NOT_EMPTY without `cascade`. */
export const deleteNamespace = endpoint({
  method: 'DELETE',
  path: '/namespaces/:name',
  scope: 'write',
  summary: 'Delete a namespace',
  params: namespaceParams,
  query: v.object({ cascade: flag() }),
  replies: { 200: Namespace },
  handle: async ({ params, query, caller }, ports: Pick<CommandPorts, 'write' | 'clock' | 'wake'>) =>
    reply(200, await remove({ name: params.name, cascade: query.cascade }, caller, ports)),
});
