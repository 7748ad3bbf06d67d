/** What every keeper of containers' files promises, fake or real. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ContainerFile, Files } from '../../core/file/files.ts';
import type { FileMount } from '../../core/runtime.ts';

/** The files, and what a test sees of them from outside. */
export interface FilesWorld {
  readonly files: Files;
  /** What a mount's source holds, its mode and whose it is. */
  look(mount: FileMount): Promise<{ readonly content: string; readonly mode: number; readonly uid: number }>;
  /** Whether there is anything at a mount's source. */
  isThere(mount: FileMount): Promise<boolean>;
  /** The host boots. */
  reboot(): Promise<void>;
  /** Time passes: nothing was written just now. */
  age(): Promise<void>;
  close(): Promise<void>;
}

const secret: ContainerFile = { kind: 'secret', destination: '/run/token', content: 'hunter2' };
const config: ContainerFile = { kind: 'config', destination: '/etc/app.conf', content: 'a = "ä"\n' };

/** Registers the cases for one kind of files. */
export const filesContract = (title: string, open: () => Promise<FilesWorld>): void => {
  describe(title, () => {
    let world: FilesWorld;
    let files: Files;
    beforeEach(async () => {
      world = await open();
      files = world.files;
    });
    afterEach(() => world.close());
    const place = async (name: string, ...some: readonly ContainerFile[]) => {
      const [first, second] = await files.place(name, some);
      if (!first) throw new Error('Nothing was placed');
      return { first, second: second ?? first };
    };

    it('writes files that only their user can read, or everybody and none can write', async () => {
      const { first, second } = await place('web_0', secret, config);
      expect([first.destination, second.destination]).toEqual(['/run/token', '/etc/app.conf']);
      expect([await world.look(first), await world.look(second)]).toEqual([
        { content: 'hunter2', mode: 0o400, uid: expect.any(Number) },
        { content: 'a = "ä"\n', mode: 0o444, uid: expect.any(Number) },
      ]);
    });

    it('puts each where it stood before, in the place of what it held', async () => {
      const before = await files.place('web_0', [secret, config]);
      const after = await files.place('web_0', [{ ...secret, content: '' }, config]);
      expect(after).toEqual(before);
      expect(await Promise.all(after.map(world.look))).toMatchObject([
        { content: '' },
        { content: config.content },
      ]);
    });

    it('keeps the files of containers apart', async () => {
      const { first } = await place('web_0', secret);
      const { first: other } = await place('web_1', { ...secret, content: 'other' });
      await files.remove('web_1');
      expect([await world.look(first), await world.isThere(other)]).toMatchObject([
        { content: 'hunter2' },
        false,
      ]);
    });

    it('says which are missing: all at first, none when placed, secrets after a reboot', async () => {
      const names = [secret, config].map(({ kind, destination }) => ({ kind, destination }));
      const first = await files.missing('web_0', names);
      await files.place('web_0', [secret, config]);
      const placed = await files.missing('web_0', names);
      await world.reboot();
      const rebooted = await files.missing('web_0', names);
      expect([first, placed, rebooted]).toEqual([names, [], [names[0]]]);
    });

    it('holds its peace about containers that have none', async () => {
      await files.own('web_0', { uid: 0, gid: 0 });
      await files.remove('web_0');
      expect(await files.sweep(new Set())).toBe(0);
    });

    it('removes all files of a container, and places them again', async () => {
      const { first, second } = await place('web_0', secret, config);
      await files.remove('web_0');
      const gone = [await world.isThere(first), await world.isThere(second)];
      await files.place('web_0', [secret, config]);
      expect([gone, await world.isThere(first)]).toEqual([[false, false], true]);
    });

    it('sweeps away what nobody has, and what is not young', async () => {
      const { first: kept } = await place('web_0', secret);
      const { first, second } = await place('web_1', secret, config);
      const early = await files.sweep(new Set(['web_0']));
      await world.age();
      expect([early, (await files.sweep(new Set(['web_0']))) > 0]).toEqual([0, true]);
      expect(await Promise.all([kept, first, second].map(world.isThere))).toEqual([true, false, false]);
    });

    it('lets many place at once', async () => {
      const contents = Array.from({ length: 20 }, (_, index) => `content ${index}`);
      const placed = await Promise.all(
        contents.map((content) =>
          files.place('web_0', [
            { ...secret, content },
            { ...config, content },
          ]),
        ),
      );
      const [mounts = []] = placed;
      const held = await Promise.all(mounts.map(world.look));
      expect(held.every(({ content }) => contents.includes(content))).toBe(true);
    });
  });
};
