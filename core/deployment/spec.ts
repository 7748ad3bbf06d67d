/**
 * The one normal form of what a deployment runs: defaults filled in, every short form spelled out, numbers in base
 * units. Immutable; a revision is one of these. How a draft becomes one is decided in normalize.ts.
 */

import type { ContainerOptions } from '../container/options.ts';
import type { HealthCheck } from '../health/check.ts';
import type { JobTerms } from '../run/terms.ts';
import type { Dependency } from './dependency.ts';
import type { UpdatePolicy } from './update.ts';

/**
 * A mount: a host path, a named volume (source empty: an anonymous one), memory, or a file whose content is a config's
 * or a secret's.
 */
export interface Volume {
  readonly type: 'bind' | 'volume' | 'tmpfs' | 'config' | 'secret';
  /** Absolute host path of a bind; name of a volume, a config or a secret; empty for tmpfs. */
  readonly source: string;
  readonly destination: string;
  /** Of a config: the key of its JSON whose value the file holds; without one it holds the whole text. */
  readonly key?: string;
  readonly permission: 'rw' | 'ro';
  /** Whether a missing host path is made by the engine, as docker does for the string form. */
  readonly makeSource: boolean;
}

/** A container port published on the host. */
export interface Port {
  readonly published: number;
  readonly target: number;
  readonly hostIp: string;
  readonly protocol: 'tcp' | 'udp';
}

/** Amounts of what a host has; null is no bound. */
export interface Amounts {
  /** Thousand-millionths of a core. */
  readonly nanoCpus: number | null;
  readonly memoryBytes: number | null;
}

/** What one revision of a deployment runs. Secrets and credentials are kept apart, sealed ({@link Confidential}). */
export interface DeploymentSpec {
  readonly image: string;
  readonly kind: 'worker' | 'job';
  readonly labels: Readonly<Record<string, string>>;
  readonly volumes: readonly Volume[];
  readonly ports: readonly Port[];
  /** null: the image's own. */
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
  /** Of a worker; changing them replaces nothing. */
  readonly healthChecks: readonly HealthCheck[];
  /** How the next revision takes over from this one's predecessor; changing it replaces nothing. */
  readonly update: UpdatePolicy;
  /** What must be so before anything of it is made; changing it replaces nothing. */
  readonly dependsOn: readonly Dependency[];
  /** Whether a change of a secret or config it refers to makes another revision; of a job it never does. */
  readonly onSecretChange: 'rollout' | 'none';
  readonly onConfigChange: 'rollout' | 'none';
  /** How its containers are set up: network, rights, memory, names and bounds. */
  readonly container: ContainerOptions;
  /** On what terms a job runs; null of a worker. Changing them replaces nothing. */
  readonly job: JobTerms | null;
}

/** Stands for the value of a secret of the deployment's namespace. */
export interface SecretReference {
  readonly secretRef: string;
}

/** The value of a variable: as it is, or whose it is. */
export type EnvironmentValue = string | SecretReference;

/** The part of a revision that is stored encrypted: the environment and the registry's credentials. */
export interface Confidential {
  readonly environment: Readonly<Record<string, EnvironmentValue>>;
  readonly credentials: {
    readonly username: string;
    readonly password: string;
    readonly server?: string | undefined;
  } | null;
}

/** A draft in normal form: who it is, how many, and what they run. */
export interface Declaration {
  readonly name: string;
  readonly namespace: string;
  readonly runtime: 'docker';
  readonly replicas: number;
  readonly spec: DeploymentSpec;
  readonly confidential: Confidential;
  /** What the draft calls the environment, where it is not `secrets`: its faults go by that name. */
  readonly environmentName?: 'environment';
}
