/** POST /secrets: creates a secret. */
import { createSecret as create, type SecretPorts } from '../../core/secret/create.ts';
import { Secret, SecretDraft } from '../../core/secret/secret.ts';
import { endpoint, reply } from '../endpoint.ts';
import { tags } from '../tags.ts';

/** Creates a secret; no reply ever contains its value. SECRET_EXISTS when the name is taken in its namespace. */
export const createSecret = endpoint({
  method: 'POST',
  path: '/secrets',
  scope: 'write',
  summary: 'Create a secret',
  body: SecretDraft,
  replies: { 201: Secret },
  tag: tags.ofSecret,
  async handle({ body }, ports: Pick<SecretPorts, 'write' | 'clock' | 'vault'>) {
    const secret = await create(body, ports);
    return reply(201, secret, { location: `/secrets/${secret.id}` });
  },
});
