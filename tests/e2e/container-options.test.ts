/** How a deployment says its containers are set up, seen from within them and in what the engine says of them. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { DeploymentDeclaration } from '../../core/deployment/spec/draft.ts';
import { ensureTestImage } from '../support/images.ts';
import { inside } from '../support/inspect.ts';
import { openRingProcess, type RingProcess } from '../support/ring-process.ts';
import { until } from '../support/until.ts';

let ring: RingProcess;
let image = '';

beforeAll(async () => {
  image = await ensureTestImage();
  ring = await openRingProcess();
});

afterAll(() => ring?.close());

const sleep = ['sh', '-c', 'trap "exit 0" TERM; while :; do sleep 0.1; done'];

/** Runs a worker; what the engine says of its container, and what a shell within prints, line by line. */
const run = async (name: string, spec: Partial<DeploymentDeclaration>) => {
  await ring.declare(name, { image, namespace: 'options', command: sleep, ...spec });
  const shown = await ring.untilStatus(name, 'running');
  const [id = ''] = shown.instances;
  const inspected = await ring.docker.getContainer(id).inspect();
  const shell = async (script: string) => (await inside(ring.docker, id, ['sh', '-c', script])).split('\n');
  return { id, shown, inspected, shell };
};

/** What the engine was asked for, of a container that it may not be able to start here. */
const asked = async (name: string, spec: Partial<DeploymentDeclaration>) => {
  await ring.declare(name, { image, namespace: 'asked', command: sleep, ...spec });
  // One that cannot be started is made anew now and then.
  const inspected = await until(
    async () => {
      const [made] = await ring.containers(name);
      return made
        ? await ring.docker
            .getContainer(made.Id)
            .inspect()
            .catch(() => null)
        : null;
    },
    (found) => found !== null,
    { what: `a container of ${name}` },
  );
  await ring.call('DELETE', `/deployments/${name}`);
  return inspected?.HostConfig;
};

test.concurrent('a container is bounded: its root, its memory, its processes and files', async () => {
  const { shell, inspected } = await run('bounded', {
    read_only: true,
    tmpfs: ['/run:size=1m,mode=700', { destination: '/scratch' }],
    shm_size: '2m',
    pids_limit: 50,
    ulimits: { nofile: { soft: 100, hard: 200 }, core: 0 },
    hostname: 'a-name.example.org',
    init: true,
  });
  expect(await shell('touch /x 2>&1; touch /run/x /scratch/x && echo written')).toEqual([
    expect.stringMatching(/read-only/i),
    'written',
  ]);
  expect(await shell("stat -c %a /run; df -k /run /dev/shm | awk 'NR > 1 { print $2 }'")).toEqual([
    '700',
    '1024',
    '2048',
  ]);
  // A program run by exec may raise its soft limits: what was declared is seen of the container's own process.
  expect(
    await shell("awk '/open files|core file/ { print $(NF-2), $(NF-1) }' /proc/1/limits; hostname"),
  ).toEqual(['0 0', '100 200', 'a-name.example.org']);
  expect(await shell('cat /sys/fs/cgroup/pids/pids.max 2>/dev/null || cat /sys/fs/cgroup/pids.max')).toEqual([
    '50',
  ]);
  expect(await shell('tr "\\0" " " < /proc/1/cmdline')).toEqual([expect.stringMatching(/init -- /)]);
  expect(inspected.HostConfig.PidsLimit).toBe(50);
});

test.concurrent('a container has the rights that are declared, and no others', async () => {
  const facts = 'grep -E "^(CapEff|NoNewPrivs|Seccomp):" /proc/self/status | tr -s "\\t " " "';
  const few = await run('few-rights', { cap_drop: ['ALL'], cap_add: ['NET_BIND_SERVICE', 'CHOWN'] });
  expect(await few.shell(facts)).toEqual(['CapEff: 0000000000000401', 'NoNewPrivs: 1', 'Seccomp: 2']);
  const more = await run('more-rights', {
    cap_add: ['cap_net_admin'],
    security_opt: ['no-new-privileges:false', 'seccomp=unconfined'],
    devices: ['/dev/zero:/dev/nothing:r'],
  });
  expect(await more.shell(facts)).toEqual(['CapEff: 00000000a80435fb', 'NoNewPrivs: 0', 'Seccomp: 0']);
  expect(await more.shell('ip link set lo mtu 1400 && cat /sys/class/net/lo/mtu')).toEqual(['1400']);
  expect(await more.shell('head -c 3 /dev/nothing | od -An -tx1')).toEqual([
    expect.stringMatching(/00 00 00/),
  ]);
  expect(more.inspected.HostConfig.Devices).toEqual([
    { PathOnHost: '/dev/zero', PathInContainer: '/dev/nothing', CgroupPermissions: 'r' },
  ]);
});

test.concurrent('a container looks names up as declared, and has kernel settings of its own', async () => {
  const { shell, inspected } = await run('named', {
    dns: ['192.0.2.53'],
    dns_search: ['corp.example.org'],
    dns_opt: ['ndots:2'],
    extra_hosts: ['db:192.0.2.5', 'gate:host-gateway'],
    sysctls: { 'net.core.somaxconn': 321 },
  });
  const [, options, search] = (await shell('cat /etc/resolv.conf')).sort();
  expect([search, options]).toEqual(['search corp.example.org', expect.stringContaining('ndots:2')]);
  expect(inspected.HostConfig.Dns).toEqual(['192.0.2.53']);
  expect(
    await shell('grep -cE "^192.0.2.5\\s+db$" /etc/hosts; grep -cE "^[0-9.]+\\s+gate$" /etc/hosts'),
  ).toEqual(['1', '1']);
  expect(await shell('cat /proc/sys/net/core/somaxconn')).toEqual(['321']);
});

test.concurrent('logs go where they are declared to go, and stay capped on the host', async () => {
  const local = await run('logged', {
    command: ['sh', '-c', 'echo hello; sleep 1000'],
    logging: { driver: 'local', options: { 'max-size': '1m' } },
  });
  expect(local.inspected.HostConfig.LogConfig).toEqual({
    Type: 'local',
    Config: { 'max-size': '1m', 'max-file': '3' },
  });
  const { body } = await ring.call('GET', '/deployments/logged/logs');
  expect(body.map(({ message }: { message: string }) => message.replace(/^\S+ /, ''))).toEqual(['hello']);
  await run('unlogged', { logging: { driver: 'none' } });
  expect(await ring.call('GET', '/deployments/unlogged/logs')).toMatchObject({ status: 200, body: [] });
});

test.concurrent('all rights and graphics processors are asked of the engine, which may have none to give', async () => {
  expect(await asked('privileged', { privileged: true })).toMatchObject({ Privileged: true });
  const gpus = await asked('gpus', { gpus: { device_ids: ['0'], driver: 'nvidia' } });
  expect(gpus?.DeviceRequests).toMatchObject([
    { Driver: 'nvidia', DeviceIDs: ['0'], Capabilities: [['gpu']] },
  ]);
});

test.concurrent('what is declared is shown again, and saying it again finds nothing to do', async () => {
  const declared = { read_only: true, tmpfs: ['/run'], ulimits: { nofile: 1024 }, hostname: 'again' };
  const { shown } = await run('again', declared);
  expect(shown).toMatchObject({
    network_mode: 'namespace',
    read_only: true,
    tmpfs: [{ destination: '/run', size: null, mode: null }],
    ulimits: { nofile: { soft: 1024, hard: 1024 } },
    hostname: 'again',
    pids_limit: 4096,
    security_opt: ['no-new-privileges:true'],
  });
  const again = await ring.declare('again', { image, namespace: 'options', command: sleep, ...declared });
  expect([again.revision, (await ring.read('again')).instances]).toEqual([1, shown.instances]);
  const patched = await ring.call('PATCH', '/deployments/again', { body: { hostname: null } });
  expect([patched.body.revision, patched.body.hostname, patched.body.read_only]).toEqual([2, null, true]);
});

test('an editor may have none of what reaches beyond the container, and hears of all of it at once', async () => {
  const credentials = { username: 'writer', password: 'a long password' };
  await ring.call('POST', '/users', { body: { ...credentials, role: 'editor' } });
  const token = (await ring.call('POST', '/login', { token: null, body: credentials })).body.token;
  const body = {
    image,
    network_mode: 'host',
    privileged: true,
    devices: ['/dev/kmsg'],
    cap_add: ['SYS_ADMIN'],
  };
  const refused = await ring.call('PUT', '/deployments/wanted', { token, body });
  expect([
    refused.status,
    refused.body.code,
    refused.body.errors.map(({ pointer }: { pointer: string }) => pointer),
  ]).toEqual([403, 'POLICY_VIOLATION', ['/network_mode', '/privileged', '/devices/0', '/cap_add']]);
  const typo = await ring.call('PUT', '/deployments/wanted', {
    token,
    body: { image, netwrok_mode: 'host' },
  });
  expect(typo.body.errors).toEqual([
    { pointer: '/netwrok_mode', detail: 'is not a known field: did you mean network_mode?' },
  ]);
});
