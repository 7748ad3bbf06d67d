/**
 * The operations that garbage collection, and not the reconciler, needs of a container engine: listing images, and
 * removing what Ring brought. How they become API calls is decided in adapters/docker.
 */

/** An image on the engine, whether Ring or somebody else brought it. */
export interface EngineImage {
  /** The engine's image id (`sha256:...`). */
  readonly imageId: string;
  /** All names of the image, tags and digests, as the engine spells them. */
  readonly names: readonly string[];
  /** The size of the image; layers shared with other images are counted with each of them. */
  readonly sizeBytes: number;
  /** Whether any container, in any state and of any owner, or another image is based on it. */
  readonly inUse: boolean;
}

/** The part of a container engine that garbage collection needs. Its methods reject with RuntimeError. */
export interface CleanableEngine {
  /** Lists all images on the engine. */
  listImages(): Promise<readonly EngineImage[]>;
  /**
   * Removes these names from an image, and the image itself if no other name refers to it; never by force. Returns
   * whether the image is gone: an image that somebody else named too stays under that name. RuntimeError `other` while
   * something is based on it.
   */
  removeImage(imageId: string, names: readonly string[]): Promise<boolean>;
  /** The namespaces whose network, owned by this installation, no container refers to or is about to refer to. */
  idleNetworks(): Promise<readonly string[]>;
}
