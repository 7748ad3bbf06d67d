/** The endpoints about manifests. */
export { applyManifests } from './apply-manifests.ts';
export { planManifests } from './plan-manifests.ts';
