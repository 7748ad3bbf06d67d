/** A namespace: what deployments, configs and secrets are in, with a network of its own. It is made by what is put in it. */
import * as v from 'valibot';
import { dnsLabel } from '../name.ts';

/** A namespace as stored, with how much is in it. Times are RFC 3339. */
export interface NamespaceRecord {
  readonly name: string;
  readonly createdAt: string;
  /** Set while what is in it is being deleted: it goes with the last of it, unless something new comes into it. */
  readonly deletedAt: string | null;
  /** Those that are being deleted included. */
  readonly deployments: number;
  readonly configs: number;
  readonly secrets: number;
}

/** The port to namespaces. Whatever is stored in one makes it where it is not there, and takes back its deletion. */
export interface Namespaces {
  find(name: string): Promise<NamespaceRecord | null>;
  /** Sorted by name. */
  list(): Promise<readonly NamespaceRecord[]>;
  /** NAMESPACE_EXISTS when the name is taken. */
  insert(name: string, at: string): Promise<void>;
  /** Removes it at once where no deployment is in it, else with the last of them. */
  delete(name: string, at: string): Promise<void>;
}

const namespace = v.object({
  name: v.string(),
  created_at: v.string(),
  deleted_at: v.nullable(v.string()),
  deployments: v.number(),
  configs: v.number(),
  secrets: v.number(),
});

/** A namespace as the API shows it. */
export interface Namespace extends v.InferOutput<typeof namespace> {}
/** Documents a {@link Namespace}. */
export const Namespace: v.GenericSchema<Namespace> = namespace;

const draft = v.strictObject({ name: dnsLabel });

/** A namespace as a client sends it. */
export interface NamespaceDraft extends v.InferInput<typeof draft> {}
/** Validates a {@link NamespaceDraft}. */
export const NamespaceDraft: v.GenericSchema<NamespaceDraft> = draft;

/** A namespace as it is shown. */
export const toNamespace = ({ name, createdAt, deletedAt, ...counts }: NamespaceRecord): Namespace => ({
  name,
  created_at: createdAt,
  deleted_at: deletedAt,
  ...counts,
});
