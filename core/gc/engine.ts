/**
 * What garbage collection asks of a container engine beside what reconciling asks: which images there are, and to take back
 * what Ring brought. How that becomes API calls is decided in adapters/docker.
 */

/** An image on the engine, whoever brought it. */
export interface EngineImage {
  /** The engine's image id (`sha256:...`). */
  readonly imageId: string;
  /** Every name that leads to it, tags and digests, as the engine spells them. */
  readonly names: readonly string[];
  /** What it holds; layers that it shares with others are counted with each. */
  readonly sizeBytes: number;
  /** Whether a container of anybody, in whatever state, or another image is made of it. */
  readonly inUse: boolean;
}

/** The part of a container engine that garbage collection needs. Rejects with RuntimeError. */
export interface CleanableEngine {
  /** All images there are. */
  listImages(): Promise<readonly EngineImage[]>;
  /**
   * Takes these names off an image, and removes it where no other name leads to it; never by force. Says whether it is
   * gone: an image that somebody else named too lives on under that name. `other` while something is made of it.
   */
  removeImage(imageId: string, names: readonly string[]): Promise<boolean>;
  /** Namespaces whose network of this installation no container refers to, nor is about to. */
  idleNetworks(): Promise<readonly string[]>;
}
