/**
 * POST /plan: returns what applying would change; changes nothing. It needs the scope of applying, because a plan
 * reveals whether a value equals the stored one.
 */
import { type ManifestPorts, planManifests as plan } from '../../core/manifest/apply.ts';
import { ChangeSet } from '../../core/manifest/change.ts';
import { Manifests } from '../../core/manifest/manifest.ts';
import { endpoint, reply } from '../endpoint.ts';
import { pruneOf, pruneQuery } from './prune.ts';

/** Plans a manifest, or several as one: the reply of POST /apply, and its errors. */
export const planManifests = endpoint({
  method: 'POST',
  path: '/plan',
  scope: 'write',
  summary: 'Plan what applying a manifest would do',
  query: pruneQuery,
  body: Manifests,
  replies: { 200: ChangeSet },
  async handle({ query, body, caller }, ports: ManifestPorts) {
    return reply(200, await plan({ manifests: body, prune: pruneOf(query) }, caller, ports));
  },
});
