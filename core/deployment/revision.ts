/** Makes revisions, and decrypts their sealed part. */

import type { Vault } from '../access/security.ts';
import { RingError } from '../errors.ts';
import type { Clock, Ids } from '../ports.ts';
import type { RevisionRecord } from './record.ts';
import { specText } from './spec/normalize.ts';
import type { Confidential, Declaration } from './spec/spec.ts';

/** The ports that making a revision needs. */
export interface RevisionPorts {
  readonly clock: Pick<Clock, 'now'>;
  readonly ids: Ids;
  readonly vault: Vault;
}

/** Makes the revision with this number of a deployment; its image is not yet resolved. */
export function makeRevision(
  declaration: Declaration,
  { uid, number, author, inputs }: Pick<RevisionRecord, 'uid' | 'number' | 'author' | 'inputs'>,
  ports: RevisionPorts,
): RevisionRecord {
  const { spec, confidential } = declaration;
  return {
    uid,
    number,
    specHash: specHash({ spec, confidential, inputs }, number, ports.ids),
    spec,
    sealed: ports.vault.seal(JSON.stringify(confidential), uid),
    inputs,
    pin: null,
    createdAt: new Date(ports.clock.now()).toISOString(),
    cause: { kind: 'declared' },
    author,
  };
}

/**
 * Returns the hash of what runs: equal hashes run the same. With `Always` each revision pulls again, and with inputs
 * each uses the newest ones (versions restart when an input is deleted and created again), so such hashes are unique.
 */
export function specHash(
  { spec, confidential, inputs }: Pick<Declaration, 'spec' | 'confidential'> & Pick<RevisionRecord, 'inputs'>,
  number: number,
  ids: Ids,
): string {
  const taken = inputs.length === 0 ? '' : `${JSON.stringify(inputs)}#${number}`;
  const freshness = spec.pullPolicy === 'Always' ? `#${number}` : '';
  return ids.hash(specText(spec, confidential) + taken + freshness);
}

/** Returns the environment and credentials of a revision, in clear. INTERNAL when they were sealed with another key. */
export function openConfidential(revision: RevisionRecord, vault: Vault): Confidential {
  const confidential: unknown = JSON.parse(vault.open(revision.sealed, revision.uid));
  if (isConfidential(confidential)) return confidential;
  throw new RingError('INTERNAL', 'A stored revision cannot be read');
}

/** Returns the same, or null when the key is lost, for work that must continue without secrets. */
export function readableConfidential(revision: RevisionRecord, vault: Vault): Confidential | null {
  try {
    return openConfidential(revision, vault);
  } catch (error) {
    if (error instanceof RingError) return null;
    throw error;
  }
}

const isConfidential = (value: unknown): value is Confidential =>
  typeof value === 'object' && value !== null && 'environment' in value && 'credentials' in value;
