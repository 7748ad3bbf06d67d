/** What containers use, on a real engine: the same from the kernel's files and from the engine's own answers. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { InstanceUsage } from '../../core/usage/usage.ts';
import { type DockerWorld, openDockerWorld } from '../support/docker-world.ts';
import { ensureTestImage } from '../support/images.ts';

let world: DockerWorld;
let image = '';
const nowhere = { groups: '/no/such/groups', processes: '/no/such/processes' };

beforeAll(async () => {
  image = await ensureTestImage();
  world = openDockerWorld();
});

afterAll(() => world?.close());

/** Starts a stranger that counts for ever, or sleeps. */
const start = async (script: string): Promise<string> => {
  const container = await world.docker.createContainer({
    Image: image,
    Cmd: ['sh', '-c', script],
    Labels: { 'ring.instance': world.installationId },
    HostConfig: { Memory: 96 * 1024 ** 2, NetworkMode: 'bridge' },
  });
  await container.start();
  return container.id;
};

const byFigure = (used: readonly InstanceUsage[]) =>
  used.map(({ cpuPercent, memoryLimitBytes, network, pids }) => ({
    isBusy: (cpuPercent ?? 0) > 20,
    memoryLimitBytes,
    hasNetwork: network !== null,
    pids,
  }));

test('files of the kernel and answers of the engine say the same of the same containers', async () => {
  const asked = await Promise.all([start('while :; do :; done'), start('exec sleep 600')]);
  const of = asked.map((id) => ({ id, connected: true }));
  const remote = world.reopen({ kernel: nowhere });
  try {
    const begun = performance.now();
    const files = await world.runtime.usage(of);
    const filesMs = performance.now() - begun;
    const answers = await remote.usage(of);
    const expected = [
      { isBusy: true, memoryLimitBytes: 96 * 1024 ** 2, hasNetwork: true, pids: 1 },
      { isBusy: false, memoryLimitBytes: 96 * 1024 ** 2, hasNetwork: true, pids: 1 },
    ];
    expect([files.map(({ id }) => id), answers.map(({ id }) => id)]).toEqual([asked, asked]);
    expect(byFigure(files)).toEqual(expected);
    expect(byFigure(answers)).toEqual(expected);
    process.stdout.write(`  two containers measured from files in ${Math.round(filesMs)} ms\n`);
  } finally {
    remote.close();
  }
});

test('an engine on another host is asked, and says nothing of what does not run', async () => {
  const { id } = await world.docker.createContainer({
    Image: image,
    Labels: { 'ring.instance': world.installationId },
  });
  const remote = world.reopen({ kernel: nowhere });
  try {
    expect(await remote.usage([{ id, connected: true }])).toEqual([]);
  } finally {
    remote.close();
  }
});
