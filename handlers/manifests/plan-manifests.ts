/** POST /plan: what applying would do. Nothing of it is done; who may plan is who may apply, for a plan tells whether a value is the one that is kept. */
import { type ManifestPorts, planManifests as plan } from '../../core/manifest/apply.ts';
import { ChangeSet } from '../../core/manifest/change.ts';
import { Manifests } from '../../core/manifest/manifest.ts';
import { endpoint, reply } from '../endpoint.ts';
import { pruneOf, pruneQuery } from './prune.ts';

/** Plans a manifest, or several as one: the reply that POST /apply would give, and its errors. */
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
