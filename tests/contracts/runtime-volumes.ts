/** What every Runtime promises about named volumes: made and removed only when asked, and a stranger's never. */
import { describe, expect, it } from 'vitest';
import { aSpec } from '../support/records.ts';
import { kindOf, type Situation } from './runtime-world.ts';

/** Registers the cases; `situation` gives the one of the test that runs. */
export const volumesContract = (situation: () => Situation): void => {
  describe('volumes', () => {
    const nameOf = (what: string) => `${situation().world.namespace}-${what}`;
    const requestFor = (name: string) => ({ name, driver: 'local', driverOpts: {}, labels: { team: 'a' } });
    const names = async () => (await situation().runtime.volumes()).map(({ name }) => name);
    const remove = (name: string) => situation().runtime.removeVolume(name);

    it('are made with their labels, told of, and removed', async () => {
      const { runtime } = situation();
      const name = nameOf('data');
      await runtime.createVolume(requestFor(name));
      expect(await runtime.volumes()).toEqual([
        { ...requestFor(name), createdAt: expect.stringMatching(/^\d{4}-.*Z$/), containers: [] },
      ]);
      expect(await kindOf(runtime.createVolume(requestFor(name)))).toBe('name_taken');
      await remove(name);
      await remove(name);
      expect(await names()).toEqual([]);
    });

    it('are made by a container that mounts them, and kept while it is there', async () => {
      const { runtime, world, request } = situation();
      const name = nameOf('mounted');
      const volumes = [
        { type: 'volume', source: name, destination: '/data', permission: 'rw', makeSource: false },
      ] as const;
      const spec = aSpec({ command: world.command, restartPolicy: 'never', stopGraceMs: 1000, volumes });
      const id = await runtime.create(request({ spec }));
      expect(await runtime.volumes()).toMatchObject([
        { name, driver: 'local', labels: {}, containers: [request().containerName] },
      ]);
      expect(await kindOf(remove(name))).toBe('other');
      await runtime.remove(id);
      expect(await names()).toEqual([name]);
      await remove(name);
      expect(await names()).toEqual([]);
    });

    it('of strangers are not told of, not made again and not removed', async () => {
      const { runtime, world } = situation();
      const name = nameOf('theirs');
      await world.addVolume(name);
      await remove(name);
      expect(await names()).toEqual([]);
      expect(await kindOf(runtime.createVolume(requestFor(name)))).toBe('name_taken');
    });
  });
};
