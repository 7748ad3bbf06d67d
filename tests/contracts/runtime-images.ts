/** What every Runtime promises about the images that lie on its engine, and about networks that nothing needs. */
import { describe, expect, it } from 'vitest';
import { kindOf, type Situation } from './runtime-world.ts';

/** Registers the cases of garbage collection. */
export const imagesContract = (situation: () => Situation): void => {
  describe('what lies on the engine', () => {
    const listed = async () => {
      const { runtime, imageId } = situation();
      return (await runtime.listImages()).find((image) => image.imageId === imageId);
    };

    it('shows an image with its names and its size, and that a container is made of it', async () => {
      await situation().runtime.create(situation().request());
      expect(await listed()).toEqual({
        imageId: situation().imageId,
        names: expect.arrayContaining([situation().world.image]),
        sizeBytes: expect.any(Number),
        inUse: true,
      });
    });

    it('keeps an image under the names that are not given up', async () => {
      const { runtime, imageId, world } = situation();
      const before = (await listed())?.names;
      expect(await runtime.removeImage(imageId, ['example.test/of-nobody:1'])).toBe(false);
      expect([before, (await listed())?.names]).toEqual([
        expect.arrayContaining([world.image]),
        [...(before ?? [])],
      ]);
    });

    it('never removes an image that something is made of', async () => {
      const { runtime, imageId } = situation();
      await runtime.create(situation().request());
      const names = (await listed())?.names ?? [];
      expect(await kindOf(runtime.removeImage(imageId, names))).toBe('other');
      expect((await listed())?.names).toEqual(names);
    });

    it('counts an image that is gone as removed', async () => {
      expect(await situation().runtime.removeImage(`sha256:${'0'.repeat(64)}`, ['gone:1'])).toBe(true);
    });

    it('shows which networks nothing refers to', async () => {
      const { runtime, world } = situation();
      const before = await runtime.idleNetworks();
      const id = await runtime.create(situation().request());
      const meanwhile = await runtime.idleNetworks();
      await runtime.remove(id);
      expect([before, meanwhile, await runtime.idleNetworks()]).toEqual([
        [world.namespace],
        [],
        [world.namespace],
      ]);
    });
  });
};
