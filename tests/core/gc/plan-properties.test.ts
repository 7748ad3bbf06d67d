/** What holds of every plan of garbage collection, whatever lies about. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { EngineImage } from '../../../core/gc/engine.ts';
import { type GcFacts, type GcPlan, planGc } from '../../../core/gc/plan.ts';
import type { PulledImage } from '../../../core/gc/store.ts';
import { someTerms } from '../../support/fake-gc.ts';
import { now } from './facts.ts';

const terms = { ...someTerms, imageGraceMs: 1_000 };
const ids = ['sha256:1', 'sha256:2', 'sha256:3', 'sha256:4'];
const names = ['r/app:1', 'r/app:2', 'r/app@sha256:a', 'mine:1', 'nginx:latest'];
const anyId = fc.constantFrom(...ids);
const someNames = fc.subarray(names);
const anyTime = fc.integer({ min: -5_000, max: 2_000 }).map((offset) => new Date(now + offset).toISOString());

const anyImage: fc.Arbitrary<EngineImage> = fc.record({
  imageId: anyId,
  names: someNames,
  sizeBytes: fc.nat(1_000),
  inUse: fc.boolean(),
});
const anyPulled: fc.Arbitrary<PulledImage> = fc.record({
  imageId: anyId,
  names: someNames,
  pulledAt: anyTime,
  unusedSince: fc.option(anyTime),
});
const unique = <T extends { readonly imageId: string }>(one: fc.Arbitrary<T>) =>
  fc.uniqueArray(one, { selector: ({ imageId }) => imageId });

const anyFacts: fc.Arbitrary<GcFacts> = fc.record({
  now: fc.constant(now),
  pulled: unique(anyPulled),
  needed: fc.array(
    fc.record({ image: fc.constantFrom(...names, ...ids, 'nginx'), imageId: fc.option(anyId) }),
    { maxLength: 3 },
  ),
  namespaces: fc.subarray(['a', 'b', 'c']).map((some) => new Set(some)),
  engine: fc.option(
    fc.record({ images: unique(anyImage), idleNetworks: fc.subarray(['a', 'b', 'c', 'd']) }),
    { freq: 9 },
  ),
  old: fc.record({
    events: fc.nat(2),
    health_checks: fc.nat(2),
    revocations: fc.nat(2),
    tombstones: fc.nat(2),
    request_keys: fc.nat(2),
  }),
  spareBytes: fc.nat(3),
});

const always = (holds: (facts: GcFacts, plan: GcPlan) => void) =>
  fc.assert(
    fc.property(anyFacts, (facts) => holds(facts, planGc(facts, terms))),
    { numRuns: 2_000 },
  );

const named = ({ due, later }: GcPlan, kind: string) =>
  [...due, ...later].filter((item) => item.kind === kind);

it('never names an image that is in use, needed, or not of Ring, nor a name that Ring did not give', () => {
  always((facts, plan) => {
    for (const { id, names: given } of named(plan, 'image')) {
      const image = facts.engine?.images.find(({ imageId }) => imageId === id);
      const pulled = facts.pulled.find(({ imageId }) => imageId === id);
      expect(image?.inUse).toBe(false);
      expect(facts.needed.some(({ imageId }) => imageId === id)).toBe(false);
      expect(facts.needed.some((one) => one.imageId === null && one.image === id)).toBe(false);
      expect(given.filter((name) => !pulled?.names.includes(name))).toEqual([]);
    }
  });
});

it('never names a network whose namespace a deployment is in', () => {
  always((facts, plan) => {
    expect(named(plan, 'network').filter(({ id }) => facts.namespaces.has(id ?? ''))).toEqual([]);
  });
});

it('does not depend on the order in which things are told', () => {
  always((facts, plan) => {
    const { engine } = facts;
    const turned: GcFacts = {
      ...facts,
      pulled: [...facts.pulled].reverse(),
      needed: [...facts.needed].reverse(),
      engine: engine && {
        images: [...engine.images].reverse(),
        idleNetworks: [...engine.idleNetworks].reverse(),
      },
    };
    const other = planGc(turned, terms);
    expect([other.due, other.later, other.forgotten]).toEqual([plan.due, plan.later, plan.forgotten]);
    expect(new Set(other.unused)).toEqual(new Set(plan.unused));
  });
});

/** The facts after a plan was carried out to the letter. */
function outcomeOf(facts: GcFacts, { due, unused, forgotten }: GcPlan): GcFacts {
  const gone = new Map(due.filter(({ kind }) => kind === 'image').map((item) => [item.id, item.names]));
  const noted = new Map(unused.map(({ imageId, unusedSince }) => [imageId, unusedSince]));
  const pulled = facts.pulled
    .filter(({ imageId }) => !gone.has(imageId) && !forgotten.includes(imageId))
    .map((one) => ({ ...one, unusedSince: noted.get(one.imageId) ?? one.unusedSince }));
  const removed = new Set(due.filter(({ kind }) => kind === 'network').map(({ id }) => id));
  const engine = facts.engine && {
    images: facts.engine.images.flatMap((image) => {
      const names = image.names.filter((name) => !gone.get(image.imageId)?.includes(name));
      return gone.has(image.imageId) && names.length === 0 ? [] : [{ ...image, names }];
    }),
    idleNetworks: facts.engine.idleNetworks.filter((namespace) => !removed.has(namespace)),
  };
  const old = { events: 0, health_checks: 0, revocations: 0, tombstones: 0, request_keys: 0 };
  return { ...facts, pulled, engine, old, spareBytes: 0 };
}

it('leaves nothing to do when it was carried out', () => {
  always((facts, plan) => {
    const again = planGc(outcomeOf(facts, plan), terms);
    expect([again.due, again.forgotten]).toEqual([[], []]);
  });
});
