/** What only a real engine can show of the Docker adapter: mounts, limits, restarts, addresses, and what is not ours. */
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { DeploymentSpec } from '../../core/deployment/spec/spec.ts';
import type { CreateRequest } from '../../core/runtime.ts';
import { type DockerWorld, openDockerWorld } from '../support/docker-world.ts';
import { someIdentity } from '../support/fake-runtime.ts';
import { ensureTestImage } from '../support/images.ts';
import { aSpec } from '../support/records.ts';
import { until } from '../support/until.ts';

let world: DockerWorld;
let image: string;
let imageId: string;

beforeAll(async () => {
  image = await ensureTestImage();
});
beforeEach(async () => {
  world = openDockerWorld();
  await world.runtime.ensureNetwork(world.namespace);
  const wanted = { image, policy: 'Never', pin: null, credentials: null } as const;
  imageId = (await world.runtime.resolveImage(wanted)).imageId;
});
afterEach(() => world.close());

const sleep = ['sh', '-c', 'trap "exit 0" TERM; while :; do sleep 0.1; done'];
const request = (slot: number, spec: Partial<DeploymentSpec> = {}): CreateRequest => ({
  containerName: `${world.namespace}_web_${slot}_r1`,
  identity: someIdentity({ namespace: world.namespace, slot }),
  spec: aSpec({ command: sleep, stopGraceMs: 1000, ...spec }),
  environment: { GREETING: 'hello there' },
  files: [],
  imageId,
  aliases: ['web', `web.${world.namespace}`],
});
const run = async (slot: number, spec: Partial<DeploymentSpec> = {}): Promise<string> => {
  const id = await world.runtime.create(request(slot, spec));
  await world.runtime.start(id);
  return id;
};
const inspect = (id: string) => world.docker.getContainer(id).inspect();
const addressOf = async (id: string) =>
  (await inspect(id)).NetworkSettings.Networks[`ring_${world.namespace}`]?.IPAddress;
/** What a job prints. */
const output = async (
  slot: number,
  command: string,
  spec: Partial<DeploymentSpec> = {},
): Promise<string[]> => {
  const id = await run(slot, { kind: 'job', ...spec, command: ['sh', '-c', command] });
  const lines: string[] = [];
  for await (const line of world.runtime.logs(id, { follow: true, signal: new AbortController().signal })) {
    lines.push(line.message);
  }
  return lines;
};

describe('a container on a real engine', () => {
  it('gets what its spec asks for, and the limits that protect the host', async () => {
    const id = await run(0, {
      user: '65534',
      workdir: '/tmp',
      limits: { nanoCpus: 500_000_000, memoryBytes: 64 * 2 ** 20 },
      requests: { nanoCpus: null, memoryBytes: 32 * 2 ** 20 },
      stopSignal: 'SIGINT',
    });
    const { Config, HostConfig } = await inspect(id);
    expect(Config).toMatchObject({ User: '65534', WorkingDir: '/tmp', StopSignal: 'SIGINT' });
    expect(HostConfig).toMatchObject({
      NanoCpus: 500_000_000,
      Memory: 64 * 2 ** 20,
      MemoryReservation: 32 * 2 ** 20,
      PidsLimit: 4096,
      SecurityOpt: ['no-new-privileges'],
      LogConfig: { Type: 'json-file', Config: { 'max-size': '10m', 'max-file': '3' } },
    });
    expect(await output(1, 'echo $GREETING; pwd', { workdir: '/etc' })).toEqual(['hello there', '/etc']);
  });

  it('mounts host paths, named, anonymous and memory volumes, and leaves no anonymous one behind', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'ring-mount-'));
    try {
      const made = join(folder, 'made');
      const volume = { permission: 'rw', makeSource: false } as const;
      const name = `${world.namespace}-data`;
      const volumes = [
        { ...volume, type: 'bind', source: folder, destination: '/folder', permission: 'ro' },
        { ...volume, type: 'bind', source: made, destination: '/made', makeSource: true },
        { ...volume, type: 'volume', source: name, destination: '/named' },
        { ...volume, type: 'volume', source: '', destination: '/anonymous' },
        { ...volume, type: 'tmpfs', source: '', destination: '/memory' },
      ] as const;
      const script =
        'for d in made named anonymous memory folder; do touch /$d/x && echo $d; done 2>/dev/null; true';
      const written = await output(0, script, { volumes });
      const [instance] = await world.runtime.observe();
      const anonymous = (await inspect(instance?.id ?? '')).Mounts.find(
        ({ Destination }) => Destination === '/anonymous',
      );
      await world.runtime.remove(instance?.id ?? '');
      const { Volumes } = await world.docker.listVolumes();
      const left = (Volumes ?? []).filter(({ Name }) => [name, anonymous?.Name].includes(Name));
      expect(written).toEqual(['made', 'named', 'anonymous', 'memory']);
      expect((await stat(join(made, 'x'))).isFile()).toBe(true);
      expect(left.map(({ Name, Labels }) => [Name, Labels])).toEqual([
        [name, { 'ring.instance': world.installationId, 'ring.namespace': world.namespace }],
      ]);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('is seen to have been restarted by the engine, though it runs whenever one looks', async () => {
    const id = await run(0);
    await world.runtime.observe();
    const { State } = await inspect(id);
    process.kill(State.Pid, 'SIGKILL');
    const [found] = await until(
      () => world.runtime.observe(),
      ([instance]) => instance?.restartCount === 1 && instance.state === 'running',
    );
    expect(found).toMatchObject({ id, finishedAt: expect.any(Number) });
  });

  it('answers to its aliases within its namespace, and keeps its address when they change', async () => {
    const [first, second] = [await run(0), await run(1)];
    const before = await addressOf(first);
    await world.runtime.connect(first, world.namespace, ['other']);
    const named = await output(
      2,
      'nslookup web | tail -n +3 | grep -c Address; nslookup other | tail -n +3 | grep Address',
    );
    expect([named[0], named[1]?.includes(before ?? 'none')]).toEqual(['2', true]);
    expect([await addressOf(first), (await addressOf(second)) === before]).toEqual([before, false]);
  });

  it.each([
    ['does not exist (127)', ['no-such-command']],
    ['does not exist (127)', ['/no/such/command']],
    ['cannot be run (126)', ['/tmp']],
    ['cannot be run (126)', ['/etc/passwd']],
  ])('is refused in few words where its command %s: %s', async (words, command) => {
    const id = await world.runtime.create(request(0, { command }));
    const refusal = await world.runtime.start(id).catch(({ kind, message }) => ({ kind, message }));
    expect(refusal).toEqual({
      kind: 'command',
      message: expect.stringMatching(
        `^The command ${words.replace(/[()]/g, '\\$&')}: exec: "${command[0]}": `,
      ),
    });
  });

  it('gets another address when its own was taken while it was stopped', async () => {
    const id = await run(0);
    const address = await addressOf(id);
    await world.runtime.stop(id, 0);
    const network = `ring_${world.namespace}`;
    const thief = await world.docker.createContainer({
      Image: image,
      Cmd: sleep,
      Labels: { 'ring.instance': world.installationId },
      HostConfig: { NetworkMode: network },
      NetworkingConfig: { EndpointsConfig: { [network]: { IPAMConfig: { IPv4Address: address } } } },
    });
    await thief.start();
    await world.runtime.start(id);
    const [found] = await world.runtime.observe();
    expect(found).toMatchObject({ id, state: 'running', connected: true });
    expect(await addressOf(id)).not.toBe(address);
  });
});

describe('an installation on a shared engine', () => {
  it('neither sees nor disturbs what is not its own', async () => {
    const other = openDockerWorld();
    try {
      const network = await world.docker.createNetwork({
        Name: `ring_${other.namespace}`,
        Labels: { 'ring.instance': world.installationId },
      });
      await other.runtime.ensureNetwork(other.namespace);
      await other.runtime.releaseNetwork(other.namespace);
      expect((await network.inspect()).Name).toBe(`ring_${other.namespace}`);
      await run(0);
      expect([await other.runtime.observe(), await other.runtime.networks()]).toEqual([[], []]);
    } finally {
      await other.close();
    }
  });

  it('makes networks that overlap nothing, one each, however many ask at once', async () => {
    const namespaces = [1, 2, 3].map((n) => `${world.namespace}-${n}`);
    const second = world.reopen();
    try {
      await Promise.all(
        [...namespaces, ...namespaces].map((namespace, index) =>
          (index % 2 === 0 ? world.runtime : second).ensureNetwork(namespace),
        ),
      );
      const filters = { label: [`ring.instance=${world.installationId}`] };
      const made = await world.docker.listNetworks({ filters });
      const subnets = made.map(({ IPAM }) => IPAM?.Config?.[0]?.Subnet);
      expect([await world.runtime.networks(), new Set(subnets).size]).toEqual([
        [world.namespace, ...namespaces].sort(),
        made.length,
      ]);
    } finally {
      second.close();
    }
  });

  it('leaves a network that a stranger refers to, even one that does not run', async () => {
    const network = `ring_${world.namespace}`;
    await world.docker.createContainer({
      Image: image,
      Labels: { 'ring.instance': world.installationId },
      HostConfig: { NetworkMode: network },
    });
    await world.runtime.releaseNetwork(world.namespace);
    expect(await world.runtime.networks()).toEqual([world.namespace]);
  });
});
