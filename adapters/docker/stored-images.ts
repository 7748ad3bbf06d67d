/**
 * Lists the images stored on an engine and removes them: only by names that are Ring's, never by force, so that the
 * engine itself refuses to remove an image in use. core/gc decides which images are removed.
 */
import type { EngineImage } from '../../core/gc/engine.ts';
import type { Engine } from './connect.ts';
import { isNotFound } from './engine-error.ts';
import { parseImageReference, repositoryOf } from './image-reference.ts';
import { inspectImage } from './images.ts';

/** The placeholder that an image without a name shows. */
const noName = /<none>/;

const known = (names: readonly string[] | null | undefined): readonly string[] =>
  (names ?? []).filter((name) => !noName.test(name));

const isDigest = (name: string): boolean => name.includes('@');

const repository = (name: string): string => {
  const reference = parseImageReference(name);
  return reference ? repositoryOf(reference) : name;
};

/** Whether the engine removes all names together with the image: at most one tag, and one repository. */
const isOneReference = (names: readonly string[]): boolean =>
  names.filter((name) => !isDigest(name)).length <= 1 && new Set(names.map(repository)).size <= 1;

/**
 * Returns the next of Ring's names to remove. The last tag of a repository takes its digests with it, so neither is
 * removed while the other is not Ring's.
 */
const nextName = (own: readonly string[], names: readonly string[]): string | undefined =>
  own.find((name) => {
    const others = names.filter((other) => other !== name && repository(other) === repository(name));
    const tags = others.filter((other) => !isDigest(other));
    if (isDigest(name)) return tags.length === 0;
    return tags.length > 0 || others.every((other) => own.includes(other));
  });

/** Makes the calls over an engine. They reject with EngineError. */
export const makeStoredImages = (engine: Engine) => {
  const namesOf = async (imageId: string): Promise<readonly string[] | null> => {
    try {
      const found = await engine.call((docker, abortSignal) =>
        inspectImage(docker.getImage(imageId), { abortSignal }),
      );
      return [...known(found.RepoTags), ...known(found.RepoDigests)];
    } catch (error) {
      if (isNotFound(error)) return null;
      throw error;
    }
  };

  /** Removes an image by id or name. One that is already gone counts as removed. */
  const remove = async (image: string): Promise<void> => {
    try {
      await engine.call((docker, abortSignal) =>
        docker.getImage(image).remove({ force: false, noprune: true, abortSignal }),
      );
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  };

  return {
    async list(): Promise<readonly EngineImage[]> {
      const [images, containers] = await Promise.all([
        engine.call((docker, abortSignal) => docker.listImages({ all: true, abortSignal })),
        engine.call((docker, abortSignal) => docker.listContainers({ all: true, abortSignal })),
      ]);
      const used = new Set([
        ...containers.map(({ ImageID }) => ImageID),
        ...images.map(({ ParentId }) => ParentId),
      ]);
      return images.map(({ Id, RepoTags, RepoDigests, Size }) => ({
        imageId: Id,
        names: [...known(RepoTags), ...known(RepoDigests)],
        sizeBytes: Size,
        inUse: used.has(Id),
      }));
    },

    async remove(imageId: string, names: readonly string[]): Promise<boolean> {
      const left = new Set(names);
      for (;;) {
        // Read again before each step: a name may have moved to another image.
        const now = await namesOf(imageId);
        if (now === null) return true;
        const own = now.filter((name) => left.has(name));
        if (own.length === now.length && isOneReference(now)) {
          await remove(imageId);
          return true;
        }
        const next = nextName(own, now);
        if (next === undefined) return false;
        await remove(next);
        left.delete(next);
      }
    },
  };
};
