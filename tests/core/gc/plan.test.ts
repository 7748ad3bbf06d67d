/** What is to go, and what is not: image by image, network by network. */
import { describe, expect, it } from 'vitest';
import { type EngineFacts, type GcFacts, planGc } from '../../../core/gc/plan.ts';
import { someTerms } from '../../support/fake-gc.ts';
import { anImage, aPulled, inHours, now, someFacts } from './facts.ts';

const plan = (changes: Partial<GcFacts> = {}) => planGc(someFacts(changes), someTerms);
const on = (images: EngineFacts['images'], idleNetworks: readonly string[] = []): EngineFacts => ({
  images,
  idleNetworks,
});
const nothing = { due: [], later: [], unused: [], forgotten: [] };

describe('an image that Ring pulled', () => {
  it('goes once nothing has needed it for as long as the grace period', () => {
    expect(plan()).toEqual({
      ...nothing,
      due: [
        {
          kind: 'image',
          id: 'sha256:1',
          names: ['r/app:1', 'r/app@sha256:a'],
          reason: 'Ring pulled it, no kept revision needs it, and no container is made of it',
          bytes: 5_000_000,
          count: 1,
          due_at: inHours(-6),
        },
      ],
    });
  });

  it('is remembered from when nothing needs it, and told with the time when it falls due', () => {
    const { due, later, unused } = plan({ pulled: [aPulled({ unusedSince: null })] });
    expect([due, later.map(({ id, due_at }) => [id, due_at]), unused]).toEqual([
      [],
      [['sha256:1', inHours(24)]],
      [{ imageId: 'sha256:1', unusedSince: inHours(0) }],
    ]);
  });

  it.each([
    ['a kept revision was pinned to it', { needed: [{ image: 'x', imageId: 'sha256:1' }] }],
    ['a revision asks for its name', { needed: [{ image: 'r/app:1', imageId: null }] }],
    ['a revision asks for its id', { needed: [{ image: 'sha256:1', imageId: null }] }],
    ['something is made of it', { engine: on([anImage({ inUse: true })]) }],
  ])('stays while %s, and its time begins anew after that', (_why, changes) => {
    expect(plan(changes)).toEqual({ ...nothing, unused: [{ imageId: 'sha256:1', unusedSince: null }] });
    expect(plan({ ...changes, pulled: [aPulled({ unusedSince: null })] })).toEqual(nothing);
  });

  it.each([
    ['docker.io/library/nginx', 'nginx:latest'],
    ['nginx', 'nginx:latest'],
    ['index.docker.io/org/app:1', 'org/app:1'],
    ['localhost:5000/app', 'localhost:5000/app:latest'],
  ])('is what %s asks for when the engine calls it %s', (image, name) => {
    const changes = {
      pulled: [aPulled({ names: [name], unusedSince: null })],
      engine: on([anImage({ names: [name] })]),
      needed: [{ image, imageId: null }],
    };
    expect(plan(changes)).toEqual(nothing);
  });

  it('gives up its own names only where others gave it one too, and frees nothing by that', () => {
    const { due } = plan({ engine: on([anImage({ names: ['r/app:1', 'mine:1', 'r/app@sha256:a'] })]) });
    expect(due).toMatchObject([{ names: ['r/app:1', 'r/app@sha256:a'], bytes: 0 }]);
  });

  it('goes though it lost all its names, as when its tag has moved on', () => {
    expect(plan({ engine: on([anImage({ names: [] })]) }).due).toMatchObject([{ id: 'sha256:1', names: [] }]);
  });

  it('is forgotten once it is gone, or goes by the names of others alone', () => {
    expect(plan({ engine: on([]) })).toEqual({ ...nothing, forgotten: ['sha256:1'] });
    expect(plan({ engine: on([anImage({ names: ['mine:1'] })]) })).toEqual({
      ...nothing,
      forgotten: ['sha256:1'],
    });
  });

  it('is not due because a clock was ahead when it fell out of use', () => {
    const { due, unused } = plan({ pulled: [aPulled({ unusedSince: inHours(1) })] });
    expect([due, unused]).toEqual([[], [{ imageId: 'sha256:1', unusedSince: inHours(0) }]]);
  });
});

it('leaves every image alone that Ring did not pull', () => {
  expect(plan({ pulled: [] })).toEqual(nothing);
});

it('lets networks go in whose namespace no deployment is', () => {
  const { due } = plan({
    pulled: [],
    namespaces: new Set(['shop']),
    engine: on([], ['shop', 'old', 'blog']),
  });
  expect(due.map(({ kind, id }) => [kind, id])).toEqual([
    ['network', 'blog'],
    ['network', 'old'],
  ]);
});

it('counts old records, and says what could be given back of the disk', () => {
  const old = { events: 3, health_checks: 0, revocations: 1, tombstones: 0, request_keys: 0 };
  const { due } = plan({ pulled: [], old, spareBytes: 9_000_000 });
  expect(due.map(({ kind, count, bytes, due_at }) => [kind, count, bytes, Date.parse(due_at)])).toEqual([
    ['events', 3, null, now],
    ['revocations', 1, null, now],
    ['space', 1, 9_000_000, now],
  ]);
});

it('says nothing of an engine that cannot be seen, and forgets nothing', () => {
  expect(plan({ engine: null })).toEqual(nothing);
});
