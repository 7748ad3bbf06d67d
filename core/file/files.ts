/**
 * The port to the host for the files of containers, from volumes of type config and secret. adapters/node decides where
 * they are; core/reconcile/execute/container-files.ts decides their content and when they are written.
 */
import type { FileMount, Owner } from '../runtime.ts';

/** A file of a container: its source and its path in the container. */
export interface FileName {
  readonly kind: 'config' | 'secret';
  /** Absolute path in the container. */
  readonly destination: string;
}

/** A file with its content in clear; only passed in memory. */
export interface ContainerFile extends FileName {
  readonly content: string;
}

/**
 * The files of containers on the engine's host, by container name. Secrets are in memory only, readable only by Ring's
 * user, and gone after a reboot; configs are on disk. Rejects with RuntimeError: `file_system` when they cannot be
 * stored, `config` when the engine is on another host.
 */
export interface Files {
  /** Writes these files, each atomically, replacing existing ones; returns their host paths, in order. */
  place(containerName: string, files: readonly ContainerFile[]): Promise<readonly FileMount[]>;
  /** Returns those of these files that do not exist. */
  missing(containerName: string, files: readonly FileName[]): Promise<readonly FileName[]>;
  /** Makes a container's secret files readable by this user of the container, and no other. */
  own(containerName: string, owner: Owner): Promise<void>;
  /** Removes all files of a container; succeeds when there are none. */
  remove(containerName: string): Promise<void>;
  /**
   * Removes the files of containers that are not in `keep`, except those written just now; returns the number of
   * containers.
   */
  sweep(keep: ReadonlySet<string>): Promise<number>;
}
