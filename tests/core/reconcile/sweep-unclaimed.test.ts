/** Clearing up goes item by item: one container that cannot be removed keeps no other, and complaints are logged once. */
import { expect, it } from 'vitest';
import { makeFileSweep } from '../../../core/reconcile/execute/sweep.ts';
import { containerName } from '../../../core/reconcile/identity.ts';
import { RuntimeError } from '../../../core/runtime-error.ts';
import { makeFakeFiles } from '../../support/fake-files.ts';
import { aSpec } from '../../support/records.ts';
import { silentLog } from '../../support/silent-log.ts';
import { makeWorld } from '../../support/simulation.ts';

it('removes the other containers of a deleted deployment where one cannot be stopped', async () => {
  const world = await makeWorld();
  await world.create({ name: 'web', replicas: 3 });
  await world.converge();
  const identities = world.instances().map(({ identity }) => identity);
  await world.remove('web');
  await world.converge();
  // As if creates whose answers were lost came to pass only now.
  await world.engine.ensureNetwork('default');
  const imageId = world.engine.images.add('app:1');
  const rest = { spec: aSpec(), environment: {}, files: [], imageId, aliases: [] };
  for (const identity of identities) {
    await world.engine.create({ containerName: containerName(identity), identity, ...rest });
  }
  world.engine.failNext(
    'stop',
    new RuntimeError('other', 'tried to kill container, but did not receive an exit event'),
  );
  await world.tick();
  expect(world.instances()).toHaveLength(1);
  expect(await world.converge()).toBe(true);
  expect(world.instances()).toEqual([]);
});

it('complains once of files that cannot be cleared up, and again after it went well', async () => {
  const warnings: string[] = [];
  const log = { ...silentLog, warn: (message: string) => void warnings.push(message) };
  const refusals = [true, true, false, true];
  const files = makeFakeFiles();
  const sweep = makeFileSweep({
    log,
    files: {
      ...files,
      async sweep(keep) {
        if (refusals.shift()) throw new RuntimeError('file_system', 'read-only');
        return files.sweep(keep);
      },
    },
  });
  for (const _again of [1, 2, 3, 4]) await sweep(new Map());
  expect(warnings).toHaveLength(2);
});
