/** Revisions, what is sealed in them, and when two run the same. */
import { describe, expect, it } from 'vitest';
import {
  makeRevision,
  openConfidential,
  readableConfidential,
  specHash,
} from '../../../core/deployment/revision.ts';
import { aNormalForm } from '../../support/builders.ts';
import { makeCommandWorld, makeCountingIds } from '../../support/command-ports.ts';

const secret = { secrets: { A: 'hunter2' }, registry_credentials: { username: 'me', password: 'hunter3' } };

it('seals what is confidential for its own deployment', () => {
  const world = makeCommandWorld();
  const revision = makeRevision(
    aNormalForm(secret),
    { uid: 'u', number: 3, author: 'admin', inputs: [] },
    world,
  );
  expect(JSON.stringify(revision)).not.toMatch(/hunter/);
  expect(openConfidential(revision, world.vault)).toEqual(aNormalForm(secret).confidential);
  expect(() => openConfidential({ ...revision, uid: 'v' }, world.vault)).toThrow(/another owner/);
});

it('cannot be opened with another key, and says so or gives nothing as one asks', () => {
  const world = makeCommandWorld();
  const revision = makeRevision(
    aNormalForm(secret),
    { uid: 'u', number: 1, author: 'admin', inputs: [] },
    world,
  );
  world.loseKey();
  expect(() => openConfidential(revision, world.vault)).toThrow(/another key/);
  expect(readableConfidential(revision, world.vault)).toBeNull();
});

it('does not take what is no secret of a revision for one', () => {
  const world = makeCommandWorld();
  const revision = makeRevision(aNormalForm(), { uid: 'u', number: 1, author: 'admin', inputs: [] }, world);
  const damaged = { ...revision, sealed: world.vault.seal('"text"', 'u') };
  expect(() => openConfidential(damaged, world.vault)).toThrow(/cannot be read/);
});

describe('the hash', () => {
  const hash = (changes: Parameters<typeof aNormalForm>[0], number: number) =>
    specHash({ ...aNormalForm(changes), inputs: [] }, number, makeCountingIds());

  it('is the same for revisions that run the same', () => {
    expect(hash({}, 1)).toBe(hash({ image_pull_policy: 'Never', replicas: 3 }, 2));
  });

  it('is another for each revision with Always, which looks for a newer image', () => {
    const always = { image_pull_policy: 'Always' as const };
    expect(hash(always, 1)).toBe(hash(always, 1));
    expect(new Set([hash({}, 1), hash(always, 1), hash(always, 2)]).size).toBe(3);
  });
});
