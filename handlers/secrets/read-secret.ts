/** GET /secrets/:id: returns one secret, without its value. */
import type { Cache } from '../../core/ports.ts';
import { findSecret } from '../../core/secret/read.ts';
import { Secret } from '../../core/secret/secret.ts';
import type { Secrets } from '../../core/secret/secrets.ts';
import { toSecret } from '../../core/secret/view.ts';
import { versionTag } from '../../core/tag.ts';
import { endpoint, reply } from '../endpoint.ts';
import { idParams } from '../params.ts';
import { readTagged } from '../tags.ts';

/** Reads a secret. SECRET_NOT_FOUND. */
export const readSecret = endpoint({
  method: 'GET',
  path: '/secrets/:id',
  scope: 'read',
  summary: 'Read a secret without its value',
  params: idParams,
  replies: { 200: Secret },
  async handle({ params }, { secrets, cache }: { secrets: Secrets; cache: Cache }) {
    const { text, headers } = await readTagged(cache, `secret/${params.id}`, {
      tag: async () => {
        const record = await secrets.find(params.id);
        return record && versionTag(record);
      },
      body: async () => toSecret(await findSecret(params.id, secrets)),
    });
    return reply(200, text, headers);
  },
});
