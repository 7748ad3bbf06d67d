import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { makeReadGroup } from '../../../adapters/docker/cgroup.ts';
import { entryIn, limitIn, networkIn } from '../../../adapters/docker/cgroup-text.ts';

const id = 'c0ffee'.repeat(10);

const netDev = `Inter-|   Receive                                                |  Transmit
 face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
    lo:    9999      10    0    0    0     0          0         0     9999      10    0    0    0     0       0          0
  eth0:   31269     405    0    0    0     0          0         0    28834     325    0    0    0     0       0          0
  eth1:1000000000001  1    0    0    0     0          0         0        1       1    0    0    0     0       0          0
`;

/** The files of a kernel, by path below its root. */
const kernelWith = async (files: Readonly<Record<string, string>>) => {
  const root = await mkdtemp(join(tmpdir(), 'ring-kernel-'));
  onTestFinished(() => rm(root, { recursive: true }));
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), content);
  }
  return makeReadGroup({ groups: join(root, 'cgroup'), processes: join(root, 'proc') }, () => 7);
};

/** The second version, as Docker's systemd driver lays it out. */
const second = (place: string, changes: Readonly<Record<string, string>> = {}) => {
  const files = {
    'memory.current': '52428800\n',
    'memory.stat': 'anon 40000000\nfile 12000000\ninactive_file 10485760\nactive_file 1514240\n',
    'memory.max': '134217728\n',
    'cpu.stat': 'usage_usec 1234567\nuser_usec 1000000\nsystem_usec 234567\nnr_periods 0\n',
    'pids.current': '12\n',
    'cgroup.procs': '4711\n4712\n',
    ...changes,
  };
  return Object.fromEntries(
    Object.entries(files).map(([file, content]) => [`cgroup/${place}/${file}`, content]),
  );
};

const first = (place: string, limit: string) => ({
  [`cgroup/memory/${place}/memory.usage_in_bytes`]: '9895936\n',
  [`cgroup/memory/${place}/memory.limit_in_bytes`]: `${limit}\n`,
  [`cgroup/memory/${place}/memory.stat`]: 'inactive_file 1\ntotal_inactive_file 895936\n',
  [`cgroup/memory/${place}/cgroup.procs`]: '18371\n',
  [`cgroup/cpuacct/${place}/cpuacct.usage`]: '137794749\n',
  [`cgroup/pids/${place}/pids.current`]: '11\n',
});

it.each([`docker/${id}`, `system.slice/docker-${id}.scope`])(
  'reads the second version of control groups at %s',
  async (place) => {
    const read = await kernelWith({ ...second(place), 'proc/4711/net/dev': netDev });
    expect(await read(id)).toEqual({
      at: 7,
      cpuNanos: 1_234_567_000,
      memoryBytes: 41_943_040,
      memoryLimitBytes: 134_217_728,
      network: { receivedBytes: 1_000_000_031_270, sentBytes: 28_835 },
      pids: 12,
    });
  },
);

it.each([`docker/${id}`, `system.slice/docker-${id}.scope`])(
  'reads the first version of control groups at %s',
  async (place) => {
    const read = await kernelWith({ ...first(place, '9223372036854771712'), 'proc/18371/net/dev': netDev });
    expect(await read(id)).toEqual({
      at: 7,
      cpuNanos: 137_794_749,
      memoryBytes: 9_000_000,
      memoryLimitBytes: null,
      network: { receivedBytes: 1_000_000_031_270, sentBytes: 28_835 },
      pids: 11,
    });
  },
);

it('says that there is no limit, and no network that it could read', async () => {
  const read = await kernelWith(second(`docker/${id}`, { 'memory.max': 'max\n', 'cgroup.procs': '' }));
  expect(await read(id)).toMatchObject({ memoryLimitBytes: null, network: null });
});

it('takes processes that it cannot see, of another namespace of pids, for no network', async () => {
  const read = await kernelWith(second(`docker/${id}`, { 'cgroup.procs': '0\n0\n' }));
  expect(await read(id)).toMatchObject({ memoryBytes: 41_943_040, network: null });
});

it('knows nothing of a container whose group is not here', async () => {
  const read = await kernelWith(second('docker/another'));
  expect(await read(id)).toBeNull();
});

it('knows nothing of a group that goes while it is read', async () => {
  const files = Object.entries(second(`docker/${id}`)).filter(([path]) => !path.endsWith('cpu.stat'));
  const read = await kernelWith(Object.fromEntries(files));
  expect(await read(id)).toBeNull();
});

it('takes each text for what it says', () => {
  expect([
    entryIn('total_inactive_file 12\nfile 3\n', 'file'),
    entryIn('file 3\n', 'inactive_file'),
    limitIn('max\n'),
    limitIn('67108864\n'),
    networkIn('nothing of that kind'),
  ]).toEqual([3, null, null, 67_108_864, { receivedBytes: 0, sentBytes: 0 }]);
});
