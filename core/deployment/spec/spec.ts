/**
 * The normal form of what a deployment runs: with defaults, without short forms, numbers in base units. Immutable; each
 * revision is one of these. normalize.ts converts drafts to it.
 */

import type { ContainerOptions } from '../../container/options.ts';
import type { HealthCheck } from '../../health/check.ts';
import type { JobTerms } from '../../run/terms.ts';
import type { Dependency } from './dependency.ts';
import type { UpdatePolicy } from './update.ts';

/**
 * A mount: a host path, a named volume (an anonymous one when the source is empty), memory, or a file with the content
 * of a config or a secret.
 */
export interface Volume {
  readonly type: 'bind' | 'volume' | 'tmpfs' | 'config' | 'secret';
  /** The absolute host path of a bind; the name of a volume, config or secret; empty for tmpfs. */
  readonly source: string;
  readonly destination: string;
  /** For a config: the key of its JSON whose value the file holds; undefined for the whole text. */
  readonly key?: string;
  readonly permission: 'rw' | 'ro';
  /** Whether the engine creates a missing host path, as docker does for the string form. */
  readonly makeSource: boolean;
}

/** A container port published on the host. */
export interface Port {
  readonly published: number;
  readonly target: number;
  readonly hostIp: string;
  readonly protocol: 'tcp' | 'udp';
}

/** Amounts of the host's resources; null is unlimited. */
export interface Amounts {
  /** CPUs in nanocores. */
  readonly nanoCpus: number | null;
  readonly memoryBytes: number | null;
}

/** The spec of one revision of a deployment. Secrets and credentials are sealed separately ({@link Confidential}). */
export interface DeploymentSpec {
  readonly image: string;
  readonly kind: 'worker' | 'job';
  readonly labels: Readonly<Record<string, string>>;
  readonly volumes: readonly Volume[];
  readonly ports: readonly Port[];
  /** null for the image's own. */
  readonly command: readonly string[] | null;
  readonly entrypoint: readonly string[] | null;
  readonly user: string | null;
  readonly workdir: string | null;
  readonly limits: Amounts;
  readonly requests: Amounts;
  readonly restartPolicy: 'always' | 'on-failure' | 'never';
  readonly stopSignal: string | null;
  readonly stopGraceMs: number;
  readonly pullPolicy: 'IfNotPresent' | 'Always' | 'Never';
  /** Of a worker; changing them replaces no containers. */
  readonly healthChecks: readonly HealthCheck[];
  /** How the rollout of this revision replaces the previous one; changing it replaces no containers. */
  readonly update: UpdatePolicy;
  /** What must be met before any container is created; changing it replaces no containers. */
  readonly dependsOn: readonly Dependency[];
  /** Whether a change of a referenced secret or config makes a new revision; never for a job. */
  readonly onSecretChange: 'rollout' | 'none';
  readonly onConfigChange: 'rollout' | 'none';
  /** The container options: network, privileges, memory, names and limits. */
  readonly container: ContainerOptions;
  /** The terms of a job; null for a worker. Changing them replaces no containers. */
  readonly job: JobTerms | null;
}

/** A reference to a secret of the deployment's namespace, used instead of a value. */
export interface SecretReference {
  readonly secretRef: string;
}

/** The value of a variable, or the secret that holds it. */
export type EnvironmentValue = string | SecretReference;

/** The part of a revision that is stored encrypted: the environment and the registry credentials. */
export interface Confidential {
  readonly environment: Readonly<Record<string, EnvironmentValue>>;
  readonly credentials: {
    readonly username: string;
    readonly password: string;
    readonly server?: string | undefined;
  } | null;
}

/** A draft in normal form: the identity, the number of replicas and the spec. */
export interface Declaration {
  readonly name: string;
  readonly namespace: string;
  readonly runtime: 'docker';
  readonly replicas: number;
  readonly spec: DeploymentSpec;
  readonly confidential: Confidential;
  /** The field that the draft uses for the environment, when it is not `secrets`; violations point to it. */
  readonly environmentName?: 'environment';
}
