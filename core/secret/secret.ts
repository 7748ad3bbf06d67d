/**
 * A secret: a named text that only containers can read. Clients write its value and never read it back. The stored
 * value is sealed for its own name and version, so that it cannot be decrypted as another secret.
 */
import * as v from 'valibot';
import { dnsLabel } from '../name.ts';

/** A secret as stored. Times are RFC 3339. */
export interface SecretRecord {
  readonly id: string;
  readonly name: string;
  readonly namespace: string;
  /** The value as sealed by the Vault for the owner of {@link ownerOf}. */
  readonly sealed: string;
  /** From 1; grows with each change of the value. */
  readonly version: number;
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** Returns the owner that a value is sealed for. */
export const ownerOf = ({
  namespace,
  name,
  version,
}: Pick<SecretRecord, 'namespace' | 'name' | 'version'>): string => `secret/${namespace}/${name}@${version}`;

const secret = v.object({
  id: v.string(),
  name: v.string(),
  namespace: v.string(),
  /** Grows with each change of the value. */
  version: v.number(),
  created_at: v.string(),
  updated_at: v.string(),
});

/** A secret as the API shows it: never its value. */
export interface Secret extends v.InferOutput<typeof secret> {}
/** Documents a {@link Secret}. */
export const Secret: v.GenericSchema<Secret> = secret;

const value = v.pipe(v.string(), v.maxLength(1_000_000));

const draft = v.strictObject({ name: dnsLabel, namespace: v.optional(dnsLabel), value });

/** A secret as a client sends it. */
export interface SecretDraft extends v.InferInput<typeof draft> {}
/** Validates a {@link SecretDraft}. */
export const SecretDraft: v.GenericSchema<SecretDraft> = draft;

const declaration = v.strictObject({ name: v.optional(dnsLabel), namespace: v.optional(dnsLabel), value });

/** A secret as a client sends it to its own URL, which already names it. */
export interface SecretDeclaration extends v.InferInput<typeof declaration> {}
/** Validates a {@link SecretDeclaration}. */
export const SecretDeclaration: v.GenericSchema<SecretDeclaration> = declaration;
