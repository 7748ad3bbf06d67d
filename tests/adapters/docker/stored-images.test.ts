/** How an image goes: by its id where nobody else named it, else name by name, and never a name of somebody else's. */
import { describe, expect, it } from 'vitest';
import { json, refusal, startStubEngine } from './stub-engine.ts';

const id = `sha256:${'a'.repeat(64)}`;
const digest = (repository: string, letter = 'd') => `${repository}@sha256:${letter.repeat(64)}`;
const isDigest = (name: string) => name.includes('@');
const repository = (name: string) => name.replace(/@.*$/, '').replace(/:[^:/]*$/, '');

/** An engine with one image of these names, which treats them as engines do. */
async function startEngine(names: readonly string[]) {
  const left = new Set(names);
  let isThere = true;
  const remove = (name: string) => {
    left.delete(name);
    const tags = [...left].filter((other) => !isDigest(other));
    if (tags.some((tag) => repository(tag) === repository(name))) return;
    for (const other of [...left]) if (repository(other) === repository(name)) left.delete(other);
  };
  const stub = await startStubEngine([
    [
      /^GET \/images\/.*\/json$/,
      () =>
        isThere
          ? json({
              Id: id,
              RepoTags: [...left].filter((name) => !isDigest(name)),
              RepoDigests: [...left].filter(isDigest),
            })
          : refusal(404, 'No such image'),
    ],
    [
      /^DELETE \/images\//,
      (line) => {
        const name = decodeURIComponent(line.replace('DELETE /images/', ''));
        if (name === id) left.clear();
        else remove(name);
        isThere = left.size > 0;
        return json([]);
      },
    ],
  ]);
  const removed = () =>
    stub.requests
      .filter((line) => line.startsWith('DELETE'))
      .map((line) => decodeURIComponent(line.replace('DELETE /images/', '')));
  return { ...stub, removed, left: () => [...left] };
}

describe('an image that is given up', () => {
  it.each([
    ['one tag and its digest', ['r/app:1', digest('r/app')]],
    ['a digest alone, its tag having moved on', [digest('r/app')]],
    ['no name at all', []],
  ])('goes by its id when it has %s', async (_what, names) => {
    const { runtime, removed } = await startEngine(names);
    expect([await runtime.removeImage(id, ['r/app:1', digest('r/app')]), removed()]).toEqual([true, [id]]);
  });

  it('goes name by name until the engine lets the rest go at once', async () => {
    const names = ['r/app:1', 'r/app:2', 'r/other:1', digest('r/app'), digest('r/other')];
    const { runtime, removed, left } = await startEngine(names);
    expect([await runtime.removeImage(id, names), left()]).toEqual([true, []]);
    expect(removed()).toEqual(['r/app:1', 'r/app:2', id]);
  });

  it.each([
    ['another tag', ['r/app:1', 'mine:1', digest('r/app')], ['mine:1']],
    [
      'a tag of the same repository',
      ['r/app:1', 'r/app:mine', digest('r/app')],
      ['r/app:mine', digest('r/app')],
    ],
    ['the digest of another repository', ['r/app:1', digest('r/app'), digest('s/app')], [digest('s/app')]],
    [
      'another digest of the same repository',
      ['r/app:1', digest('r/app'), digest('r/app', 'e')],
      ['r/app:1', digest('r/app'), digest('r/app', 'e')],
    ],
  ])('lives on under %s that is somebody else’s', async (_what, names, left) => {
    const engine = await startEngine(names);
    const gone = await engine.runtime.removeImage(id, ['r/app:1', digest('r/app')]);
    expect([gone, engine.left().sort()]).toEqual([false, [...left].sort()]);
  });
});
