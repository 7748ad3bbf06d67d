/**
 * A namespace: a group of deployments, configs and secrets with a network of its own. Storing a resource in it creates
 * it.
 */
import * as v from 'valibot';
import { dnsLabel } from '../name.ts';

/** A namespace as stored, with the number of its resources. Times are RFC 3339. */
export interface NamespaceRecord {
  readonly name: string;
  readonly createdAt: string;
  /**
   * Set while its contents are being deleted; it is removed with the last of them, unless a new resource is stored in
   * it.
   */
  readonly deletedAt: string | null;
  /** Includes those being deleted. */
  readonly deployments: number;
  readonly configs: number;
  readonly secrets: number;
}

/**
 * The store of namespaces. Storing a resource in a namespace creates it when it does not exist, and cancels its
 * deletion.
 */
export interface Namespaces {
  find(name: string): Promise<NamespaceRecord | null>;
  /** Sorted by name. */
  list(): Promise<readonly NamespaceRecord[]>;
  /** Creates a namespace. NAMESPACE_EXISTS when the name is taken. */
  insert(name: string, at: string): Promise<void>;
  /** Removes it at once when it has no deployments, else with the last of them. */
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

/** Returns the API's form of a namespace. */
export const toNamespace = ({ name, createdAt, deletedAt, ...counts }: NamespaceRecord): Namespace => ({
  name,
  created_at: createdAt,
  deleted_at: deletedAt,
  ...counts,
});
