/**
 * The images of a fake engine and of the registry it pulls from: the same policy and pin rules as the real adapter,
 * without a network.
 */
import { type ImagePin, type ImageRequest, type ResolvedImage, RuntimeError } from '../../core/runtime.ts';

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
  /** How many pulls were begun. */
  pulls(): number;
}

/** Makes the images and the function that resolves them. */
export const makeFakeImages = () => {
  const present = new Map<string, ImagePin>();
  const registry = new Map<string, ImagePin>();
  const refused = new Map<string, RuntimeError>();
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

  return { images, resolve, has: (imageId: string): boolean => byId(imageId) !== undefined };
};
