/** What holds of a prober whatever is watched, answered and set in whatever order. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { anHttpCheck } from '../../support/health.ts';
import { instanceOf, makeProberWorld } from './prober-world.ts';

const slots = 4;

const step = fc.oneof(
  fc.record({ kind: fc.constant('watch' as const), who: fc.subarray([0, 1, 2, 3]) }),
  fc.record({ kind: fc.constant('restart' as const), slot: fc.nat(slots - 1) }),
  fc.record({
    kind: fc.constant('answer' as const),
    slot: fc.nat(slots - 1),
    answer: fc.constantFrom(200, 503, 'hangs' as const),
  }),
  fc.record({ kind: fc.constant('pass' as const), ms: fc.integer({ min: 1, max: 30_000 }) }),
  fc.record({ kind: fc.constant('leap' as const), ms: fc.integer({ min: -100_000, max: 100_000 }) }),
);

const checks = [anHttpCheck({ readiness: true, intervalMs: 2_000, timeoutMs: 1_000, threshold: 2 })];

type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** A prober of three places, and what the steps have made of the world so far. */
async function makeScene() {
  const world = await makeProberWorld({ places: { each: 2, all: 3 } });
  const startedAt = [1, 1, 1, 1];
  let watched: readonly number[] = [];
  const watch = () =>
    world.prober.watch(
      watched.map((slot) => instanceOf('web', slot, { checks, startedAt: startedAt[slot] ?? null })),
    );
  const take = async (one: Step) => {
    if (one.kind === 'watch') watched = one.who;
    if (one.kind === 'restart') startedAt[one.slot] = (startedAt[one.slot] ?? 0) + 1;
    if (one.kind === 'answer') world.answers.set(`web-${one.slot}`, one.answer);
    if (one.kind === 'leap') world.clock.leap(one.ms);
    watch();
    if (one.kind === 'pass') await world.clock.pass(one.ms);
  };
  const timesAsked = (slot: number) => world.asked.get(`web-${slot}`)?.length ?? 0;
  const isWell = (slot: number) => (world.answers.get(`web-${slot}`) ?? 200) === 200;
  return { ...world, take, watch, timesAsked, isWell, watched: () => watched };
}

it('asks only who is watched, never too many at once, and is right in the end', {
  timeout: 60_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
      const scene = await makeScene();
      const { prober, underWay } = scene;
      prober.start();
      for (const one of steps) {
        const before = [0, 1, 2, 3].map(scene.timesAsked);
        await scene.take(one);
        const others = [0, 1, 2, 3].filter((slot) => !scene.watched().includes(slot));
        expect(others.map(scene.timesAsked)).toEqual(others.map((slot) => before[slot]));
        expect(underWay.now).toBeLessThanOrEqual(2);
        expect([...prober.known().keys()].sort()).toEqual(scene.watched().map((slot) => `web-${slot}`));
      }
      scene.watch();
      await scene.clock.pass(20_000);
      const ready = scene.watched().map((slot) => prober.known().get(`web-${slot}`)?.ready);
      expect(ready).toEqual(scene.watched().map(scene.isWell));
      await prober.stop(1_000);
      expect(underWay.now).toBe(0);
    }),
    { numRuns: 150 },
  );
});
