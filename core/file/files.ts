/**
 * What is asked of the host about files that containers get: configs' and secrets' volumes. Where they lie is decided
 * in adapters/node; what they hold and when they are written, in core/reconcile/execute/container-files.ts.
 */
import type { FileMount, Owner } from '../runtime.ts';

/** One file of a container: what it is and where the container sees it. */
export interface FileName {
  readonly kind: 'config' | 'secret';
  /** Absolute path in the container. */
  readonly destination: string;
}

/** A file and what it holds, in clear: only ever passed in memory. */
export interface ContainerFile extends FileName {
  readonly content: string;
}

/**
 * Files of containers on the engine's host, by the containers' names. Secrets lie in memory only, where none but
 * Ring's own user gets at them, and are gone after a reboot; configs lie on disk. Rejects with RuntimeError:
 * `file_system` where there is no place for them, `config` where the engine is on another host.
 */
export interface Files {
  /** Writes these files, each whole or not at all, in the place of what was there; says where they lie, in order. */
  place(containerName: string, files: readonly ContainerFile[]): Promise<readonly FileMount[]>;
  /** Those of these files that are not there. */
  missing(containerName: string, files: readonly FileName[]): Promise<readonly FileName[]>;
  /** Sees to it that of all users in the container this one can read its secrets. */
  own(containerName: string, owner: Owner): Promise<void>;
  /** Removes all files of a container; without any that is done. */
  remove(containerName: string): Promise<void>;
  /** Removes what is left of containers that are not to be kept, unless it was written just now; says of how many. */
  sweep(keep: ReadonlySet<string>): Promise<number>;
}
