/** PUT /secrets/:id: creates the secret, or changes an existing one. */
import type { SecretPorts } from '../../core/secret/create.ts';
import { declareSecret as declare } from '../../core/secret/declare.ts';
import { Secret, SecretDeclaration } from '../../core/secret/secret.ts';
import { endpoint, reply } from '../endpoint.ts';
import { idParams } from '../params.ts';
import { tags } from '../tags.ts';

/**
 * Creates (201) or changes (200) a secret, and rolls out the change. INVALID_REQUEST when the body names another one.
 */
export const declareSecret = endpoint({
  method: 'PUT',
  path: '/secrets/:id',
  scope: 'write',
  summary: 'Create a secret or change it',
  params: idParams,
  body: SecretDeclaration,
  replies: { 200: Secret, 201: Secret },
  tag: tags.ofSecret,
  async handle({ params, body, caller }, ports: SecretPorts) {
    const { secret, created } = await declare({ id: params.id, declaration: body }, caller, ports);
    return created ? reply(201, secret, { location: `/secrets/${secret.id}` }) : reply(200, secret);
  },
});
