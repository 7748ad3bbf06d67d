/** Holds the fake engine to the same promises as the real one, and to just those when it is measured. */
import { expect, it } from 'vitest';
import { makeMetering } from '../../../adapters/metrics/metering.ts';
import type { Runtime } from '../../../core/runtime.ts';
import { RuntimeError } from '../../../core/runtime-error.ts';
import { runtimeContract } from '../../contracts/runtime.ts';
import type { RuntimeWorld } from '../../contracts/runtime-world.ts';
import { makeFakeRuntime } from '../../support/fake-runtime.ts';

const openWorld = async (shown: (runtime: Runtime) => Runtime): Promise<RuntimeWorld> => {
  let now = 1_700_000_000_000;
  const runtime = makeFakeRuntime({ now: () => now++ });
  runtime.images.add('ring-test:1');
  runtime.missingCommands.add('no-such-command');
  runtime.missingPaths.add('/no/such/path');
  runtime.users.set('nobody', { uid: 65534, gid: 65534 });
  runtime.programs.set('talk', { exitCode: 3, output: 'out\nerr\n' });
  runtime.programs.set('linger', { exitCode: null, output: '' });
  return {
    runtime: shown(runtime),
    image: 'ring-test:1',
    namespace: 'default',
    command: ['sleep', '1000'],
    missingCommand: 'no-such-command',
    missingPath: '/no/such/path',
    programs: { talking: ['talk'], slow: ['linger'] },
    freePort: 8080,
    exit: async (id, exitCode) => runtime.exit(id, exitCode),
    pause: async (id) => runtime.pause(id),
    occupy: async (containerName) => runtime.occupy(containerName),
    addVolume: async (name) => runtime.addVolume(name),
    dropNetwork: async (namespace) => runtime.dropNetwork(namespace),
    leave: async (id) => runtime.leave(id),
    rejoin: async (id, aliases) => runtime.rejoin(id, aliases),
    lookup: async (_, name) => runtime.lookup('default', name),
    say: async (id, message) => runtime.say(id, message),
    close: async () => undefined,
  };
};

runtimeContract('a fake runtime', () => openWorld((runtime) => runtime));
runtimeContract('a fake runtime that is measured', () =>
  openWorld((runtime) => makeMetering().runtime(runtime)),
);

it('is unavailable while it is down, and remembers every call', async () => {
  const runtime = makeFakeRuntime({ now: () => 0 });
  runtime.down();
  await expect(runtime.observe()).rejects.toMatchObject({ kind: 'unavailable' });
  runtime.up();
  expect(await runtime.observe()).toEqual([]);
  expect(runtime.calls).toEqual([
    { name: 'observe', args: [] },
    { name: 'observe', args: [] },
  ]);
});

it('refuses, loses and holds the calls it is told to', async () => {
  const runtime = makeFakeRuntime({ now: () => 0 });
  runtime.failNext('ensureNetwork', new RuntimeError('network', 'no'));
  await expect(runtime.ensureNetwork('a')).rejects.toMatchObject({ kind: 'network' });
  runtime.loseNext('ensureNetwork');
  await expect(runtime.ensureNetwork('b')).rejects.toMatchObject({ kind: 'unavailable' });
  runtime.hang('observe');
  const held = runtime.observe();
  expect(await runtime.networks()).toEqual(['b']);
  runtime.release();
  await expect(held).rejects.toMatchObject({ kind: 'unavailable' });
});
