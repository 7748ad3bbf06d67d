/** What every Runtime promises about what containers use. */
import { describe, expect, it } from 'vitest';
import type { InstanceUsage } from '../../core/usage/usage.ts';
import { aSpec } from '../support/records.ts';
import { kindOf, type Situation } from './runtime-world.ts';

const aLimit = 64 * 1024 ** 2;

/** Whether each figure is what a process that hardly does anything could have. */
const sane = (one: InstanceUsage | undefined) => ({
  cpu: (one?.cpuPercent ?? -1) >= 0,
  memory: (one?.memoryBytes ?? 0) > 0 && (one?.memoryBytes ?? 0) < aLimit,
  pids: (one?.pids ?? 0) >= 1,
});
const allSane = { cpu: true, memory: true, pids: true };

/** Registers the cases; `now` gives the situation of the test that runs. */
export const usageContract = (now: () => Situation): void => {
  describe('what containers use', () => {
    const limited = () =>
      aSpec({
        command: now().world.command,
        restartPolicy: 'never',
        stopGraceMs: 1000,
        limits: { nanoCpus: null, memoryBytes: aLimit },
      });

    it('tells what those that run use, in the order asked', async () => {
      const { runtime, inSlot, run } = now();
      const first = await run();
      const second = await runtime.create(inSlot(1, { spec: limited() }));
      await runtime.start(second);
      const seen = new Map((await runtime.observe()).map((one) => [one.id, one]));
      const asked = [second, first].flatMap((id) => seen.get(id) ?? []);
      const used = await runtime.usage(asked);
      expect(used.map(({ id, memoryLimitBytes }) => [id, memoryLimitBytes])).toEqual([
        [second, aLimit],
        [first, null],
      ]);
      expect(used.map(sane)).toEqual([allSane, allSane]);
      expect(used.map(({ network }) => network)).toEqual(
        Array(2).fill({ receivedBytes: expect.any(Number), sentBytes: expect.any(Number) }),
      );
    });

    it('tells nothing of those that do not run, are not there, or of nobody', async () => {
      const { runtime, run, inSlot } = now();
      const made = await runtime.create(inSlot(1));
      const ended = await run();
      await runtime.stop(ended, 1000);
      const asked = [made, ended, 'f'.repeat(64)].map((id) => ({ id, connected: true }));
      expect([await runtime.usage(asked), await runtime.usage([])]).toEqual([[], []]);
    });

    it('goes on telling what a paused one holds', async () => {
      const { runtime, world, run } = now();
      const id = await run();
      await world.pause(id);
      const [used] = await runtime.usage([{ id, connected: true }]);
      await runtime.unpause(id);
      expect([used?.id, sane(used).memory, (used?.cpuPercent ?? 100) < 50]).toEqual([id, true, true]);
    });

    it("counts no network where it is the host's", async () => {
      const { runtime, request } = now();
      const { spec } = request();
      const onHost = { ...spec, container: { ...spec.container, networkMode: 'host' } } as const;
      const id = await runtime.create(request({ spec: onHost, aliases: [] }));
      await runtime.start(id);
      const [used] = await runtime.usage(await runtime.observe());
      expect([used?.id, used?.network]).toEqual([id, null]);
    });

    it('takes a name that nobody has for one that does not run', async () => {
      const { runtime } = now();
      expect(await kindOf(runtime.usage([{ id: 'no-such-container', connected: true }]))).toBe('done');
    });
  });
};
