/** What is waited for is read, kept and shown alike; what would wait for itself is refused, by name. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createDeployment } from '../../../../core/deployment/commands/create.ts';
import { declareDeployment } from '../../../../core/deployment/commands/declare.ts';
import { patchDeployment } from '../../../../core/deployment/commands/patch.ts';
import { removeDeployment } from '../../../../core/deployment/commands/remove.ts';
import { rollBack } from '../../../../core/deployment/commands/rollback.ts';
import { circleOf, type Dependency, parseDependencies } from '../../../../core/deployment/spec/dependency.ts';
import type { DeploymentDraft } from '../../../../core/deployment/spec/draft.ts';
import { aCaller } from '../../../support/builders.ts';
import { makeCommandWorld } from '../../../support/command-ports.ts';

const anAdmin = aCaller('admin');

/** All that is waited for, by way of others too. */
function reachedFrom(name: string, all: ReadonlyMap<string, readonly Dependency[]>): ReadonlySet<string> {
  const reaches = new Set<string>();
  const waiting = [name];
  for (let from = waiting.pop(); from !== undefined; from = waiting.pop()) {
    for (const next of all.get(from) ?? []) {
      if (!reaches.has(next.name)) waiting.push(next.name);
      reaches.add(next.name);
    }
  }
  return reaches;
}

const on = (...names: readonly string[]) => names.map((name) => ({ name }));
const drafted = (name: string, ...names: readonly string[]): DeploymentDraft => ({
  name,
  image: 'nginx',
  depends_on: on(...names),
});

describe('a dependency', () => {
  it('is met once it started, unless more is asked for', () => {
    expect(parseDependencies([{ name: 'db' }, { name: 'migrate', condition: 'completed' }])).toEqual([
      { name: 'db', condition: 'started' },
      { name: 'migrate', condition: 'completed' },
    ]);
    expect(parseDependencies()).toEqual([]);
  });

  it('is shown as it was declared, and changing it makes a revision that replaces nothing', async () => {
    const world = makeCommandWorld();
    await createDeployment(drafted('web'), anAdmin, world);
    const changed = await patchDeployment(
      { id: 'web', patch: { depends_on: [{ name: 'db', condition: 'healthy' }] } },
      anAdmin,
      world,
    );
    expect([changed.depends_on, changed.revision]).toEqual([[{ name: 'db', condition: 'healthy' }], 2]);
    const revisions = await world.store.stores.deployments.revisions('uid-1');
    expect(new Set(revisions.map(({ specHash }) => specHash)).size).toBe(1);
  });

  it('may name what does not exist yet', async () => {
    const world = makeCommandWorld();
    const web = await createDeployment(drafted('web', 'db'), anAdmin, world);
    expect(web.depends_on).toEqual([{ name: 'db', condition: 'started' }]);
  });

  it.each([
    ['itself', drafted('web', 'web'), '/depends_on/0/name', 'a deployment cannot wait for itself'],
    [
      'one name twice',
      drafted('web', 'db', 'db'),
      '/depends_on/1/name',
      'is already named by /depends_on/0: give one condition for each',
    ],
  ])('is not %s', async (_what, draft, ...[pointer, message]) => {
    await expect(createDeployment(draft, anAdmin, makeCommandWorld())).rejects.toMatchObject({
      code: 'INVALID_REQUEST',
      violations: [{ pointer, message }],
    });
  });
});

describe('deployments that would wait for each other', () => {
  const refusal = (names: string, pointer = '/depends_on/0/name') => ({
    code: 'INVALID_REQUEST',
    violations: [{ pointer, message: `deployments would wait for each other: ${names}` }],
  });

  it('are refused, the circle named', async () => {
    const world = makeCommandWorld();
    await createDeployment(drafted('a', 'b'), anAdmin, world);
    await createDeployment(drafted('b', 'x', 'c'), anAdmin, world);
    await expect(createDeployment(drafted('c', 'y', 'a'), anAdmin, world)).rejects.toMatchObject(
      refusal('c -> a -> b -> c', '/depends_on/1/name'),
    );
    const declaration = { image: 'nginx', depends_on: on('a') };
    await expect(declareDeployment({ id: 'c', declaration }, anAdmin, world)).rejects.toMatchObject(
      refusal('c -> a -> b -> c'),
    );
    await createDeployment(drafted('c'), anAdmin, world);
    await expect(
      patchDeployment({ id: 'c', patch: { depends_on: on('b') } }, anAdmin, world),
    ).rejects.toMatchObject(refusal('c -> b -> c'));
  });

  it('are refused when a rollback would make them so', async () => {
    const world = makeCommandWorld();
    await createDeployment(drafted('a', 'b'), anAdmin, world);
    await patchDeployment({ id: 'a', patch: { depends_on: null, image: 'nginx:2' } }, anAdmin, world);
    await createDeployment(drafted('b', 'a'), anAdmin, world);
    await expect(rollBack({ id: 'a', revision: 1 }, anAdmin, world)).rejects.toMatchObject(
      refusal('a -> b -> a', '/revision'),
    );
  });

  it('are no matter across namespaces, nor with one that is being deleted', async () => {
    const world = makeCommandWorld();
    await createDeployment(drafted('a', 'b'), anAdmin, world);
    await createDeployment({ ...drafted('b', 'a'), namespace: 'other' }, anAdmin, world);
    await removeDeployment('a', anAdmin, world);
    await createDeployment({ ...drafted('b', 'a'), namespace: 'default' }, anAdmin, world);
  });

  it('are found wherever there are some, and nowhere else', () => {
    const name = fc.constantFrom('a', 'b', 'c', 'd', 'e');
    const graph = fc.array(fc.tuple(name, fc.array(name, { maxLength: 3 })), { maxLength: 8 });
    fc.assert(
      fc.property(graph, (edges) => {
        const all = new Map<string, readonly Dependency[]>(
          edges.map(([from, to]) => [from, to.map((one) => ({ name: one, condition: 'started' as const }))]),
        );
        const reaches = reachedFrom('a', all);
        const circle = circleOf('a', all.get('a') ?? [], all);
        expect(circle !== null).toBe(reaches.has('a'));
        if (circle === null) return;
        expect([circle.names[0], circle.names.at(-1)]).toEqual(['a', 'a']);
        circle.names.slice(1).forEach((to, index) => {
          expect(all.get(circle.names[index] ?? '')?.map((one) => one.name)).toContain(to);
        });
      }),
    );
  });
});
