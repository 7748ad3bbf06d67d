/** POST /apply: applies manifests, all or nothing. */
import { applyManifests as apply, type ManifestPorts } from '../../core/manifest/apply.ts';
import { ChangeSet } from '../../core/manifest/change.ts';
import { Manifests } from '../../core/manifest/manifest.ts';
import { endpoint, reply } from '../endpoint.ts';
import { pruneOf, pruneQuery } from './prune.ts';

/** Applies a manifest, or several as one. INVALID_REQUEST, POLICY_VIOLATION, PORT_IN_USE, DEPLOYMENT_BEING_DELETED. */
export const applyManifests = endpoint({
  method: 'POST',
  path: '/apply',
  scope: 'write',
  summary: 'Apply a manifest, or several as one',
  query: pruneQuery,
  body: Manifests,
  replies: { 200: ChangeSet },
  async handle({ query, body, caller }, ports: ManifestPorts) {
    return reply(200, await apply({ manifests: body, prune: pruneOf(query) }, caller, ports));
  },
});
