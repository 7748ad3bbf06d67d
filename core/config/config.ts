/** A config: a named text that can be mounted into containers as a file. */
import * as v from 'valibot';
import { dnsLabel } from '../name.ts';

/** A config as stored. Times are RFC 3339. */
export interface ConfigRecord {
  readonly id: string;
  readonly name: string;
  readonly namespace: string;
  readonly data: string;
  /** From 1; grows with each change of the data. */
  readonly version: number;
  readonly createdAt: string;
  readonly updatedAt: string;
}

const config = v.object({
  id: v.string(),
  name: v.string(),
  namespace: v.string(),
  data: v.string(),
  /** Grows with each change of the data. */
  version: v.number(),
  created_at: v.string(),
  updated_at: v.string(),
});

/** A config as the API shows it. */
export interface Config extends v.InferOutput<typeof config> {}
/** Documents a {@link Config}. */
export const Config: v.GenericSchema<Config> = config;

const draft = v.strictObject({ name: dnsLabel, namespace: v.optional(dnsLabel), data: v.string() });

/** A config as a client sends it. */
export interface ConfigDraft extends v.InferInput<typeof draft> {}
/** Validates a {@link ConfigDraft}. */
export const ConfigDraft: v.GenericSchema<ConfigDraft> = draft;

const declaration = v.strictObject({
  name: v.optional(dnsLabel),
  namespace: v.optional(dnsLabel),
  data: v.string(),
});

/** A config as a client sends it to its own URL, which already names it. */
export interface ConfigDeclaration extends v.InferInput<typeof declaration> {}
/** Validates a {@link ConfigDeclaration}. */
export const ConfigDeclaration: v.GenericSchema<ConfigDeclaration> = declaration;
