/** Makes revisions, and opens what is sealed in them. */
import { RingError } from '../errors.ts';
import type { Clock, Ids, Vault } from '../ports.ts';
import { specText } from './normalize.ts';
import type { RevisionRecord } from './record.ts';
import type { Confidential, Declaration } from './spec.ts';

/** What making a revision needs. */
export interface RevisionPorts {
  readonly clock: Pick<Clock, 'now'>;
  readonly ids: Ids;
  readonly vault: Vault;
}

/** The revision with this number of a deployment, its image not yet resolved. */
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
 * Equal hashes run the same. With `Always` each revision looks for a newer image, and with inputs each takes the newest
 * (whose number says little where one was deleted and made again), so no two are equal.
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

/** The environment and credentials of a revision, in clear. INTERNAL when they were sealed with another key. */
export function openConfidential(revision: RevisionRecord, vault: Vault): Confidential {
  const confidential: unknown = JSON.parse(vault.open(revision.sealed, revision.uid));
  if (isConfidential(confidential)) return confidential;
  throw new RingError('INTERNAL', 'A stored revision cannot be read');
}

/** The same, or null where the key is lost: what needs no secrets must go on without them. */
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
