/**
 * The labels that mark Ring's own objects: converts an identity to labels and back. A container without a complete set
 * of this installation's labels is not Ring's.
 */
import { attemptOf, type Identity } from '../../core/runtime.ts';

/** The label that every container, network and volume of an installation carries. */
export const instanceLabel = 'ring.instance';
/** The label that contains the namespace. */
export const namespaceLabel = 'ring.namespace';

/**
 * The label that contains the address at which a container first joined; used when the container has lost its network.
 */
export const addressLabel = 'ring.address';

/** The label that contains the attempt; omitted for the first one. */
const attemptLabel = 'ring.attempt';

type Labels = Readonly<Record<string, string>>;

/** Returns the labels of an identity in an installation. */
export const labelsOf = (installationId: string, identity: Identity): Record<string, string> => ({
  [instanceLabel]: installationId,
  'ring.uid': identity.uid,
  'ring.deployment': identity.deploymentId,
  [namespaceLabel]: identity.namespace,
  'ring.name': identity.name,
  'ring.revision': String(identity.revision),
  'ring.slot': String(identity.slot),
  'ring.spec': identity.specHash,
  ...(attemptOf(identity) > 1 ? { [attemptLabel]: String(identity.attempt) } : {}),
});

const count = (text: string | undefined): number | null =>
  text !== undefined && /^(0|[1-9]\d{0,14})$/.test(text) ? Number(text) : null;

/** Returns the identity of a container; null when it is not this installation's. */
export const identityOf = (installationId: string, labels: Labels | null | undefined): Identity | null => {
  if (labels?.[instanceLabel] !== installationId) return null;
  const uid = labels['ring.uid'];
  const deploymentId = labels['ring.deployment'];
  const namespace = labels[namespaceLabel];
  const name = labels['ring.name'];
  const revision = count(labels['ring.revision']);
  const slot = count(labels['ring.slot']);
  const specHash = labels['ring.spec'];
  if (!uid || !deploymentId || !namespace || !name || !specHash) return null;
  if (revision === null || slot === null) return null;
  const attempt = count(labels[attemptLabel]) ?? 1;
  const identity = { uid, deploymentId, namespace, name, revision, slot, specHash };
  return attempt > 1 ? { ...identity, attempt } : identity;
};

/** Whether two identities are the same instance of the same revision. */
export const isSameInstance = (left: Identity, right: Identity): boolean =>
  left.uid === right.uid &&
  left.revision === right.revision &&
  left.slot === right.slot &&
  left.specHash === right.specHash &&
  attemptOf(left) === attemptOf(right);

/** Returns the filter that lists the objects of an installation. */
export const ownFilter = (installationId: string): { label: string[] } => ({
  label: [`${instanceLabel}=${installationId}`],
});
