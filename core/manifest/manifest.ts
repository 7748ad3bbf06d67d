/**
 * The wire schema of a manifest: namespaces, configs, secrets and deployments that are declared together. Strict, so
 * that misspelt fields are rejected. apply.ts applies it.
 */
import * as v from 'valibot';
import { DeploymentEntry, LabelsDraft } from '../deployment/spec/draft.ts';
import { dnsLabel } from '../name.ts';

const config = v.strictObject({
  namespace: v.optional(dnsLabel),
  data: v.union([v.string(), v.record(v.string(), v.unknown())]),
});

const secret = v.strictObject({
  namespace: v.optional(dnsLabel),
  value: v.pipe(v.string(), v.maxLength(1_000_000)),
});

const manifest = v.strictObject({
  namespace: v.optional(dnsLabel),
  labels: v.optional(LabelsDraft),
  namespaces: v.optional(v.array(dnsLabel)),
  configs: v.optional(v.record(dnsLabel, config)),
  secrets: v.optional(v.record(dnsLabel, secret)),
  deployments: v.optional(v.record(dnsLabel, DeploymentEntry)),
});

/**
 * One document. `namespace` applies to every entry that names none (default: `default`), and `labels` are added to
 * every deployment unless it sets them itself; the other keys are names. An object as a config's `data` becomes its
 * JSON text.
 */
export interface Manifest extends v.InferInput<typeof manifest> {}
/** Validates a {@link Manifest}. */
export const Manifest: v.GenericSchema<Manifest> = manifest;

/** One document, or several that are applied as one. */
export type Manifests = Manifest | Manifest[];
/** Validates {@link Manifests}. */
export const Manifests: v.GenericSchema<Manifests> = v.union([v.array(Manifest), Manifest]);
