/**
 * The images of a fake engine and of the registry that it pulls from. The pull policies and pins follow the rules of
 * the real adapter, without a network.
 */
import type { EngineImage } from '../../core/gc/engine.ts';
import type { ImagePin, ImageRequest, ResolvedImage } from '../../core/runtime.ts';
import { RuntimeError } from '../../core/runtime-error.ts';

/** What a test says about images. */
export interface FakeImages {
  /** An image on the engine that no registry gave (or with a digest, if one did). Returns its id. */
  add(image: string, pin?: Partial<ImagePin>): string;
  /** An image in the registry, to be pulled; again with the same name: the tag has moved. */
  publish(image: string, pin?: Partial<ImagePin>): ImagePin;
  /** Removes an image from the engine by id. */
  remove(imageId: string): void;
  /** Every pull of that image fails like this; null: pulls work again. */
  refuse(image: string, error: RuntimeError | null): void;
  /** Somebody gives an image of the engine another name. */
  tag(imageId: string, name: string): void;
  /** Somebody makes a container, or an image, of an image. */
  use(imageId: string): void;
  /** How many pulls were begun. */
  pulls(): number;
}

/** Makes the images and the function that resolves them. */
export const makeFakeImages = () => {
  const present = new Map<string, ImagePin>();
  const registry = new Map<string, ImagePin>();
  const refused = new Map<string, RuntimeError>();
  const used = new Set<string>();
  let made = 0;
  let pulled = 0;

  const digest = (): string => `sha256:${(++made).toString(16).padStart(64, 'a')}`;
  const repository = (image: string): string => image.replace(/@.*$/, '').replace(/:[^:/]*$/, '');
  const byId = (imageId: string): ImagePin | undefined =>
    [...present.values()].find((pin) => pin.imageId === imageId);

  const images: FakeImages = {
    add(image, pin) {
      const imageId = pin?.imageId ?? digest();
      present.set(image, { imageId, repoDigest: pin?.repoDigest ?? null });
      return imageId;
    },
    publish(image, pin) {
      const imageId = pin?.imageId ?? digest();
      const entry = { imageId, repoDigest: pin?.repoDigest ?? `${repository(image)}@${digest()}` };
      registry.set(image, entry);
      registry.set(entry.repoDigest, entry);
      return entry;
    },
    remove(imageId) {
      for (const [image, pin] of present) if (pin.imageId === imageId) present.delete(image);
    },
    tag(imageId, name) {
      const pin = byId(imageId);
      if (pin) present.set(name, { imageId, repoDigest: null });
    },
    use: (imageId) => void used.add(imageId),
    refuse(image, error) {
      if (error) refused.set(image, error);
      else refused.delete(image);
    },
    pulls: () => pulled,
  };

  const pull = (image: string): ResolvedImage => {
    pulled++;
    const refusal = refused.get(image);
    if (refusal) throw refusal;
    const found = registry.get(image);
    if (!found) throw new RuntimeError('image_not_found', `No registry has the image ${image}`);
    present.set(image, found);
    // What was pulled is known by its digest too, and still is when the tag has moved on.
    if (found.repoDigest) present.set(found.repoDigest, found);
    return { ...found, pulled: true };
  };

  const pinned = (pin: ImagePin, policy: ImageRequest['policy']): ResolvedImage => {
    if (byId(pin.imageId)) return { ...pin, pulled: false };
    if (!pin.repoDigest || policy === 'Never') {
      throw new RuntimeError('image_gone', `The image ${pin.imageId} is no longer on the engine`);
    }
    return pull(pin.repoDigest);
  };

  const resolve = ({ image, policy, pin }: ImageRequest): ResolvedImage => {
    if (pin) return pinned(pin, policy);
    const local = present.get(image) ?? byId(image);
    if (local && policy !== 'Always') return { ...local, pulled: false };
    if (policy !== 'Never') return pull(image);
    if (local) return { ...local, pulled: false };
    throw new RuntimeError(
      'image_not_found',
      `The image ${image} is not on the engine, and may not be pulled`,
    );
  };

  const needsPull = ({ image, policy, pin }: ImageRequest): boolean => {
    if (policy === 'Never') return false;
    if (pin) return pin.repoDigest !== null && !byId(pin.imageId);
    return policy === 'Always' || !(present.get(image) ?? byId(image));
  };

  const namesOf = (imageId: string): readonly string[] =>
    [...present].filter(([, pin]) => pin.imageId === imageId).map(([name]) => name);

  /** `isRunFrom` says whether a container of this installation is made of an image. */
  const list = (isRunFrom: (imageId: string) => boolean): readonly EngineImage[] =>
    [...new Set([...present.values()].map(({ imageId }) => imageId))].map((imageId) => ({
      imageId,
      names: namesOf(imageId),
      sizeBytes: 1_000_000,
      inUse: used.has(imageId) || isRunFrom(imageId),
    }));

  const removeNames = (
    imageId: string,
    { names, isRunFrom }: { names: readonly string[]; isRunFrom: (imageId: string) => boolean },
  ): boolean => {
    const others = namesOf(imageId).filter((name) => !names.includes(name));
    if (others.length === 0 && (used.has(imageId) || isRunFrom(imageId))) {
      throw new RuntimeError('other', `The image ${imageId} is being used by a container`);
    }
    // With the last tag of a repository its digests go too: neither goes while the other is somebody else's.
    const isShared = (name: string): boolean =>
      others.some(
        (other) => repository(other) === repository(name) && other.includes('@') !== name.includes('@'),
      );
    for (const name of names) {
      if (present.get(name)?.imageId === imageId && !isShared(name)) present.delete(name);
    }
    return others.length === 0;
  };

  return {
    images,
    resolve,
    needsPull,
    list,
    removeNames,
    has: (imageId: string): boolean => byId(imageId) !== undefined,
  };
};
