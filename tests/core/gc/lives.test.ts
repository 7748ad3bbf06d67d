/** Garbage collection while anything may happen, by a seed: what others own, and what is needed, is never gone. */
import { expect, it } from 'vitest';
import { notingPulls } from '../../../core/gc/pulls.ts';
import type { ImageRequest } from '../../../core/runtime.ts';
import { RuntimeError } from '../../../core/runtime-error.ts';
import { makeFakeGc, someTerms } from '../../support/fake-gc.ts';
import { makeFakeRuntime } from '../../support/fake-runtime.ts';
import { makeFakeStore } from '../../support/fake-store.ts';
import { makeRandom, type Random } from '../../support/random.ts';
import { aDeployment, aRecording, aRevision } from '../../support/records.ts';
import { silentLog } from '../../support/silent-log.ts';

const lives = 300;
const steps = 40;
const graceMs = 1_000;

function openLife(random: Random) {
  let time = Date.parse('2024-01-15T10:30:00.000Z');
  const clock = { now: () => time };
  const runtime = makeFakeRuntime(clock);
  const store = makeFakeStore(clock);
  const crowded = { ...runtime, resolveImage: (request: ImageRequest) => pullAmongOthers(request) };
  const noting = notingPulls(crowded, { store: store.gc, clock, log: silentLog });
  const gc = makeFakeGc(store, { runtime, clock, terms: { ...someTerms, imageGraceMs: graceMs } });
  const tags = Array.from({ length: 6 }, (_, n) => `r/app:${n}`);
  const theirs = new Map<string, string>();
  let made = 0;

  /** A pull at whose end somebody gives the image another name, at times. */
  async function pullAmongOthers(request: ImageRequest) {
    const resolved = await runtime.resolveImage(request);
    if (!resolved.pulled || random.below(3) > 0) return resolved;
    made += 1;
    const name = `mine:${made}`;
    runtime.images.tag(resolved.imageId, name);
    theirs.set(name, resolved.imageId);
    return resolved;
  }

  const anyTag = () => random.pick(tags) ?? '';
  const declared = () => store.reconciler.desired();

  const deeds: readonly (() => Promise<unknown> | unknown)[] = [
    () => runtime.images.publish(anyTag()),
    async function declare() {
      const image = anyTag();
      const pin = await noting
        .resolveImage({
          image,
          policy: random.pick(['IfNotPresent', 'Always'] as const) ?? 'Always',
          pin: null,
          credentials: null,
        })
        .catch(() => null);
      if (pin === null) return;
      made += 1;
      const name = `web${made}`;
      const { imageId, repoDigest } = pin;
      await store.write(({ deployments }) =>
        deployments.insert(
          aDeployment({ name }),
          aRevision({ uid: `uid-${name}`, pin: { imageId, repoDigest } }),
        ),
      );
    },
    async function remove() {
      const one = random.pick(await declared());
      if (!one) return;
      const { record } = one;
      const deleted = { ...record, deletedAt: '2024-01-15T10:30:00.000Z', generation: record.generation + 1 };
      await store.write(({ deployments }) => deployments.update(deleted, record.generation));
      const lease = await store.reconciler.acquireLease(1_000);
      if (!lease) return;
      await store.reconciler.record(lease, [
        aRecording({ uid: record.uid, generation: deleted.generation, purge: true }),
      ]);
      await store.reconciler.releaseLease(lease);
    },
    async function pullByHand() {
      const before = new Set((await runtime.listImages()).map(({ imageId }) => imageId));
      const request = { image: anyTag(), policy: 'Always', pin: null, credentials: null } as const;
      const found = await runtime.resolveImage(request).catch(() => null);
      // The tag may be moved by the next pull, whosever that is.
      if (found?.repoDigest && !before.has(found.imageId)) theirs.set(found.repoDigest, found.imageId);
    },
    async function nameAnewInRegistry() {
      const image = random.pick(await runtime.listImages());
      const repoDigest = image?.names.find((name) => name.includes('@'));
      if (image && repoDigest) runtime.images.publish(anyTag(), { imageId: image.imageId, repoDigest });
    },
    function bring() {
      made += 1;
      const name = `theirs:${made}`;
      theirs.set(name, runtime.images.add(name));
    },
    async function name() {
      const image = random.pick(await runtime.listImages());
      if (!image) return;
      made += 1;
      const name = `mine:${made}`;
      runtime.images.tag(image.imageId, name);
      theirs.set(name, image.imageId);
    },
    () => {
      time += random.below(3) * graceMs;
    },
    () => runtime.failNext('removeImage', new RuntimeError('other', 'refused')),
    () => runtime.loseNext('removeImage'),
    () => runtime.failNext('listImages', new RuntimeError('unavailable', 'away')),
    () => gc.clean(),
    () => gc.clean(),
  ];

  return {
    live: () => random.pick(deeds)?.(),
    /** What must be there and is not. */
    async missing() {
      runtime.up();
      const images = await runtime.listImages().catch(() => null);
      if (images === null) return [];
      const there = new Map(images.flatMap(({ imageId, names }) => names.map((name) => [name, imageId])));
      const ids = new Set(images.map(({ imageId }) => imageId));
      const lost = [...theirs].filter(([name, imageId]) => there.get(name) !== imageId);
      const needed = (await declared()).map(({ revision }) => revision.pin?.imageId ?? '');
      return [...lost.map(([name]) => name), ...needed.filter((imageId) => !ids.has(imageId))];
    },
    /** What is left once nothing disturbs any more and all has aged, beside what must be there. */
    async surplus() {
      for (let turn = 0; turn < 12; turn += 1) {
        await gc.clean();
        time += graceMs;
      }
      const keep = new Set([
        ...theirs.values(),
        ...(await declared()).map(({ revision }) => revision.pin?.imageId),
      ]);
      const ours = (await store.gc.pulled()).map(({ imageId }) => imageId);
      return [
        ...(await runtime.listImages()).filter(({ imageId }) => ours.includes(imageId) && !keep.has(imageId)),
        ...(await gc.look()).due,
      ];
    },
  };
}

it(`takes nobody's image and none that is needed, in ${lives} lives, and leaves no other of Ring's behind`, async () => {
  for (let seed = 1; seed <= lives; seed += 1) {
    const life = openLife(makeRandom(seed));
    for (let step = 1; step <= steps; step += 1) {
      await life.live();
      expect(await life.missing(), `seed ${seed}, step ${step}`).toEqual([]);
    }
    expect(await life.surplus(), `seed ${seed}`).toEqual([]);
  }
});
