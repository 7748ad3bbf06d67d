/** What every Runtime promises about its host: what that has, and which of its ports lead to containers. */
import { describe, expect, it } from 'vitest';
import { aSpec } from '../support/records.ts';
import { aPort } from '../support/subjects.ts';
import type { Situation } from './runtime-world.ts';

/** Registers the cases; `situation` gives the one of the test that runs. */
export const hostContract = (situation: () => Situation): void => {
  describe('the host', () => {
    it('says how much memory and how many cores it has', async () => {
      const { memoryBytes, nanoCpus } = await situation().runtime.capacity();
      expect([memoryBytes >= 64 * 1024 ** 2, nanoCpus >= 1e9]).toEqual([true, true]);
    });

    it('tells of a published port while its container runs, and whose it is', async () => {
      const { runtime, world, request } = situation();
      const published = async () =>
        (await runtime.published()).filter((port) => port.published === world.freePort);
      const ports = [aPort({ published: world.freePort })];
      const spec = aSpec({ command: world.command, restartPolicy: 'never', stopGraceMs: 1000, ports });
      const id = await runtime.create(request({ spec }));
      expect(await published()).toEqual([]);
      await runtime.start(id);
      expect(await published()).toEqual([
        {
          hostIp: '127.0.0.1',
          published: world.freePort,
          protocol: 'tcp',
          containerName: request().containerName,
          isOwn: true,
        },
      ]);
      await runtime.stop(id, 1000);
      expect(await published()).toEqual([]);
    });
  });
};
