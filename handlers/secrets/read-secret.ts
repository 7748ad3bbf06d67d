/** GET /secrets/:id: one secret, without its value. */
import type { Cache } from '../../core/ports.ts';
import { findSecret } from '../../core/secret/read.ts';
import { Secret } from '../../core/secret/secret.ts';
import type { Secrets } from '../../core/secret/secrets.ts';
import { toSecret } from '../../core/secret/view.ts';
import { versionTag } from '../../core/tag.ts';
import { endpoint, reply } from '../endpoint.ts';
import { idParams } from '../params.ts';
import { etagHeader } from '../tags.ts';

/** Reads a secret. SECRET_NOT_FOUND. */
export const readSecret = endpoint({
  method: 'GET',
  path: '/secrets/:id',
  scope: 'read',
  summary: 'Read what is known of a secret',
  params: idParams,
  replies: { 200: Secret },
  async handle({ params }, { secrets, cache }: { secrets: Secrets; cache: Cache }) {
    const read = async () => toSecret(await findSecret(params.id, secrets));
    const headers = await etagHeader(cache, `secret/${params.id}`, async () => {
      const record = await secrets.find(params.id);
      return record && versionTag(record);
    });
    return reply(200, await cache.json(`secret/${params.id}`, read), headers);
  },
});
