/** Generators of container options for property tests: valid ones, with every field in each of its forms. */
import fc from 'fast-check';
import type { ContainerDraft } from '../../core/container/draft.ts';

type Given<Field extends keyof ContainerDraft> = NonNullable<ContainerDraft[Field]>;

const list = <T>(...items: readonly T[]): fc.Arbitrary<T[]> => fc.subarray([...items]);

/** Fields that go with any other. */
export const containerFields = {
  network_mode: fc.constant('namespace' as const),
  read_only: fc.boolean(),
  init: fc.boolean(),
  privileged: fc.constant(false),
  cap_add: list('NET_ADMIN', 'cap_sys_nice', 'Cap_Sys_Nice', 'ALL'),
  cap_drop: list('CHOWN', 'CAP_KILL', 'mknod'),
  devices: list<Given<'devices'>[number]>(
    '/dev/fuse',
    '/dev//null:/dev/./nothing',
    '/dev/zero:mr',
    '/dev/full:/dev/brim:w',
    { source: '/dev/tty' },
    { source: '/dev/random', target: '/dev/luck', permissions: 'wr' },
  ),
  tmpfs: list<Given<'tmpfs'>[number]>(
    '/mem/0',
    '/mem/1/:size=64m,mode=1777',
    '/mem//2:mode=700',
    { destination: '/mem/3' },
    { destination: '/mem/4', size: 4096, mode: '0750' },
  ),
  shm_size: fc.constantFrom('64m', 1, '1g'),
  ulimits: fc.record(
    {
      nofile: fc.constantFrom(1024, { soft: 1024, hard: 2048 }, { soft: 1, hard: -1 }),
      core: fc.constantFrom(-1, 0),
      nproc: fc.constant({ soft: 10, hard: 10 }),
    },
    { requiredKeys: [] },
  ),
  dns: list('1.1.1.1', '2606:4700::1111', 'FE80::1'),
  dns_search: list('example.org', '.'),
  dns_opt: list('ndots:2', 'rotate'),
  extra_hosts: fc.oneof(
    list('db:10.0.0.5', 'db=::1', 'six:[FE80::2]', 'host.docker.internal:host-gateway'),
    fc.record({ db: fc.constant('10.0.0.5'), cache: fc.constant('::1') }, { requiredKeys: [] }),
  ),
  sysctls: fc.record(
    { 'net.core.somaxconn': fc.constantFrom(1024, '1024'), 'kernel.msgmax': fc.constant('8192') },
    { requiredKeys: [] },
  ),
  gpus: fc.constantFrom<Given<'gpus'>>(
    'all',
    2,
    {},
    { count: 1, driver: 'nvidia' },
    { count: 'all', capabilities: ['utility'] },
    {
      device_ids: ['0', 'GPU-1'],
    },
  ),
  logging: fc.record(
    {
      driver: fc.constantFrom('json-file', 'none', 'grafana/loki-docker-driver:latest'),
      options: fc.record({ 'max-size': fc.constant('1m'), tag: fc.constant('') }, { requiredKeys: [] }),
    },
    { requiredKeys: [] },
  ),
  pids_limit: fc.constantFrom(-1, 1, 4096, 100_000),
  hostname: fc.constantFrom('web', 'Web-1.example.org', 'a'.repeat(63)),
  security_opt: list(
    'no-new-privileges:false',
    'no-new-privileges=false',
    'seccomp:unconfined',
    'seccomp={"defaultAction":"SCMP_ACT_ALLOW"}',
    'apparmor=unconfined',
    'label:type:svirt_t',
  ),
};

/** Of one that is on the host's network and has all rights, what differs. */
export const hostFields = {
  network_mode: fc.constant('host' as const),
  privileged: fc.boolean(),
  cap_drop: fc.constant<string[]>([]),
  sysctls: fc.record({ 'fs.mqueue.msg_max': fc.constantFrom(20, '20') }, { requiredKeys: [] }),
};

const odd = fc.oneof(
  fc.string(),
  fc.constantFrom(
    '/a',
    '/a:/b:rw',
    '/a:size=',
    'a:1',
    '[::1]',
    'all',
    'seccomp={',
    'label',
    '10m',
    '..',
    '\0',
  ),
);
const oddList = fc.array(odd, { maxLength: 4 });
const oddNumber = fc.oneof(fc.integer(), fc.double(), odd);

/** Fields of the right types whose texts and numbers are anything at all. */
export const wildContainerFields = {
  network_mode: fc.constantFrom('namespace' as const, 'host' as const),
  privileged: fc.boolean(),
  cap_add: oddList,
  cap_drop: oddList,
  devices: fc.array(
    fc.oneof(odd, fc.record({ source: odd, target: odd, permissions: odd }, { requiredKeys: ['source'] })),
  ),
  tmpfs: fc.array(
    fc.oneof(
      odd,
      fc.record({ destination: odd, size: oddNumber, mode: odd }, { requiredKeys: ['destination'] }),
    ),
  ),
  shm_size: oddNumber,
  ulimits: fc.dictionary(odd, fc.oneof(fc.integer(), fc.record({ soft: fc.integer(), hard: fc.integer() }))),
  dns: oddList,
  dns_search: oddList,
  extra_hosts: fc.oneof(oddList, fc.dictionary(odd, odd)),
  sysctls: fc.dictionary(odd, fc.oneof(odd, fc.double())),
  gpus: fc.oneof(
    odd,
    fc.integer(),
    fc.record(
      { count: oddNumber.filter((one) => one !== undefined), device_ids: oddList },
      { requiredKeys: [] },
    ),
  ),
  logging: fc.record({ driver: odd, options: fc.dictionary(odd, odd) }, { requiredKeys: [] }),
  pids_limit: fc.integer(),
  hostname: odd,
  security_opt: oddList,
};
