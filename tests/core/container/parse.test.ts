/** How a draft says the way its container is set up: what it becomes, and what is refused, where and with which way out. */
import { describe, expect, it } from 'vitest';
import type { ContainerDraft } from '../../../core/container/draft.ts';
import { type ContainerOptions, declaredOptions, defaultContainer } from '../../../core/container/options.ts';
import { containerView } from '../../../core/container/view.ts';
import type { DeploymentDraft } from '../../../core/deployment/spec/draft.ts';
import { DeploymentDraft as draftSchema } from '../../../core/deployment/spec/draft.ts';
import { draftOf, specText } from '../../../core/deployment/spec/normalize.ts';
import { RingError } from '../../../core/errors.ts';
import { validate } from '../../../core/validate.ts';
import { aDraft, aNormalForm } from '../../support/builders.ts';
import { aSpec } from '../../support/records.ts';

const containerOf = (draft: ContainerDraft) => aNormalForm(draft).spec.container;

/** What is said of a draft, by pointer; the schema first, then the rules. */
const saidOf = (changes: object): Readonly<Record<string, string>> => {
  const { violations, output } = validate(draftSchema, { ...aDraft(), ...changes });
  const found = violations ?? faultsOf(output);
  return Object.fromEntries(found.map(({ pointer, message }) => [pointer, message]));
};

const faultsOf = (draft: DeploymentDraft) => {
  try {
    aNormalForm(draft);
    return [];
  } catch (error) {
    if (error instanceof RingError && error.code === 'INVALID_REQUEST') return error.violations;
    throw error;
  }
};

it('is as usual where nothing is said, and where what is usual is said', () => {
  const usual: ContainerDraft = {
    network_mode: 'namespace',
    read_only: false,
    cap_add: [],
    tmpfs: [],
    ulimits: {},
    extra_hosts: {},
    logging: {},
    pids_limit: 4096,
    security_opt: ['no-new-privileges'],
  };
  expect([containerOf({}), containerOf(usual)]).toEqual([defaultContainer, defaultContainer]);
});

it.each<[ContainerDraft, Partial<ContainerOptions>]>([
  [{ network_mode: 'host' }, { networkMode: 'host' }],
  [{ cap_add: ['net_admin', 'CAP_CHOWN', 'NET_ADMIN'] }, { capAdd: ['CHOWN', 'NET_ADMIN'] }],
  [
    {
      devices: ['/dev/fuse', '/dev/null:/dev/nil', '/dev/zero:mr', { source: '/dev/tty', permissions: 'w' }],
    },
    {
      devices: [
        { source: '/dev/fuse', target: '/dev/fuse', permissions: 'rwm' },
        { source: '/dev/null', target: '/dev/nil', permissions: 'rwm' },
        { source: '/dev/zero', target: '/dev/zero', permissions: 'rm' },
        { source: '/dev/tty', target: '/dev/tty', permissions: 'w' },
      ],
    },
  ],
  [
    { tmpfs: ['/run/', '/tmp:size=1m,mode=1777', { destination: '/x', size: 4096, mode: '0700' }] },
    {
      tmpfs: [
        { destination: '/run', sizeBytes: null, mode: null },
        { destination: '/tmp', sizeBytes: 1024 ** 2, mode: 0o1777 },
        { destination: '/x', sizeBytes: 4096, mode: 0o700 },
      ],
    },
  ],
  [{ shm_size: '1g' }, { shmBytes: 1024 ** 3 }],
  [
    { ulimits: { nofile: 1024, core: { soft: 0, hard: -1 } } },
    {
      ulimits: [
        { name: 'core', soft: 0, hard: -1 },
        { name: 'nofile', soft: 1024, hard: 1024 },
      ],
    },
  ],
  [
    { dns: ['1.1.1.1'], dns_search: ['example.org'], dns_opt: ['ndots:2'] },
    { dns: { servers: ['1.1.1.1'], search: ['example.org'], options: ['ndots:2'] } },
  ],
  [{ extra_hosts: ['db:10.0.0.5', 'six=[::1]', 'db:10.0.0.5'] }, { extraHosts: ['db:10.0.0.5', 'six:::1'] }],
  [{ extra_hosts: { gate: 'host-gateway' } }, { extraHosts: ['gate:host-gateway'] }],
  [
    { sysctls: { 'net.core.somaxconn': 1024, 'kernel.msgmax': '8192' } },
    { sysctls: { 'kernel.msgmax': '8192', 'net.core.somaxconn': '1024' } },
  ],
  [{ gpus: 'all' }, { gpus: { count: -1, deviceIds: [], driver: null, capabilities: ['gpu'] } }],
  [{ gpus: 2 }, { gpus: { count: 2, deviceIds: [], driver: null, capabilities: ['gpu'] } }],
  [
    { gpus: { device_ids: ['GPU-1'], driver: 'nvidia', capabilities: ['utility'] } },
    { gpus: { count: null, deviceIds: ['GPU-1'], driver: 'nvidia', capabilities: ['gpu', 'utility'] } },
  ],
  [
    { logging: { driver: 'syslog', options: { tag: 'x' } } },
    { logging: { driver: 'syslog', options: { tag: 'x' } } },
  ],
  [
    { pids_limit: -1, hostname: 'Web-1.example.org' },
    { pidsLimit: -1, hostname: 'Web-1.example.org' },
  ],
  [
    { security_opt: ['no-new-privileges:false', 'seccomp:unconfined', 'label=type:svirt_t'] },
    { noNewPrivileges: false, securityOptions: ['seccomp=unconfined', 'label=type:svirt_t'] },
  ],
  [
    { read_only: true, init: true, privileged: true },
    { readOnly: true, init: true, privileged: true },
  ],
])('reads %j', (draft, options) => {
  expect(containerOf(draft)).toEqual({ ...defaultContainer, ...options });
});

describe('refused, with the place and the way out', () => {
  it.each<[object, string, RegExp]>([
    [{ network_mode: 'bridge' }, '/network_mode', /one of namespace, host/],
    [{ cap_add: ['NET_ADMN'] }, '/cap_add/0', /did you mean NET_ADMIN/],
    [{ cap_drop: ['CHOWN', ''] }, '/cap_drop/1', /must not be empty/],
    [{ cap_add: ['KILL'], cap_drop: ['cap_kill'] }, '/cap_drop', /KILL is in cap_add too/],
    [{ privileged: true, cap_drop: ['ALL'] }, '/cap_drop', /privileged container has them all/],
    [{ devices: ['fuse'] }, '/devices/0', /absolute path/],
    [{ devices: ['/dev/fuse', '/dev/../etc'] }, '/devices/1', /without "\.\."/],
    [{ devices: ['/dev/fuse:/dev/fuse:rwx'] }, '/devices/0', /r, w and m/],
    [{ devices: [{ source: '/dev/a', permissions: 'rr' }] }, '/devices/0/permissions', /each once/],
    [{ devices: ['/a:/b:r:x'] }, '/devices/0', /source\[:target\]/],
    [{ tmpfs: ['run'] }, '/tmpfs/0', /absolute path below/],
    [{ tmpfs: ['/'] }, '/tmpfs/0', /absolute path below/],
    [{ tmpfs: ['/run:exec'] }, '/tmpfs/0', /size=64m,mode=1777/],
    [{ tmpfs: ['/run:size=lots'] }, '/tmpfs/0', /the size must be bytes/],
    [{ tmpfs: [{ destination: '/run', mode: '999' }] }, '/tmpfs/0/mode', /octal/],
    [{ tmpfs: [{ destination: '/run', mode: 755 }] }, '/tmpfs/0/mode', /must be a string/],
    [{ tmpfs: ['/run', '/run/'] }, '/tmpfs/1', /as \/tmpfs\/0 does/],
    [{ tmpfs: ['/data'], volumes: ['data:/data'] }, '/tmpfs/0', /as one of the volumes does/],
    [{ shm_size: 0 }, '/shm_size', /must be bytes/],
    [{ ulimits: { nofiles: 1 } }, '/ulimits/nofiles', /did you mean nofile/],
    [{ ulimits: { nofile: -2 } }, '/ulimits/nofile', /-1 or more/],
    [{ ulimits: { nofile: { soft: 2, hard: 1 } } }, '/ulimits/nofile/soft', /not be above/],
    [{ ulimits: { nofile: { soft: -1, hard: 1 } } }, '/ulimits/nofile/soft', /not be above/],
    [{ dns: ['dns.example.org'] }, '/dns/0', /address of a name server/],
    [{ dns_opt: ['ndots 2'] }, '/dns_opt/0', /one word/],
    [{ extra_hosts: ['db'] }, '/extra_hosts/0', /name:address/],
    [{ extra_hosts: { db: 'nowhere' } }, '/extra_hosts/db', /host-gateway/],
    [{ sysctls: { 'vm.swappiness': 1 } }, '/sysctls/vm.swappiness', /set others on the host/],
    [{ sysctls: { 'net.core.somaxconn': '' } }, '/sysctls/net.core.somaxconn', /not empty/],
    [
      { network_mode: 'host', sysctls: { 'net.core.somaxconn': 1 } },
      '/sysctls/net.core.somaxconn',
      /would be the host's own/,
    ],
    [{ network_mode: 'host', ports: ['80:80'] }, '/ports/0', /leave the ports out, or network_mode/],
    [{ gpus: 'some' }, '/gpus', /"all", a number/],
    [{ gpus: 0 }, '/gpus', /1 or more/],
    [{ gpus: { count: 'some' } }, '/gpus/count', /"all" or a number/],
    [{ gpus: { count: 1, device_ids: ['0'] } }, '/gpus/device_ids', /leave out "count"/],
    [{ logging: { driver: 'a b' } }, '/logging/driver', /name of a log driver/],
    [{ logging: { options: { tag: 1 } } }, '/logging/options/tag', /must be a string/],
    [{ pids_limit: 0 }, '/pids_limit', /-1 for no limit/],
    [{ hostname: 'a'.repeat(65) }, '/hostname', /at most 64/],
    [{ hostname: '-a' }, '/hostname', /joined by dots/],
    [{ security_opt: ['selinux=off'] }, '/security_opt/0', /seccomp=, apparmor= or label=/],
    [{ security_opt: ['seccomp=/profile.json'] }, '/security_opt/0', /files are not read/],
    [{ security_opt: ['no-new-privileges:maybe'] }, '/security_opt/0', /true or false/],
    [{ security_opt: ['no-new-privileges', 'no-new-privileges:false'] }, '/security_opt', /leave one out/],
    [{ init: 'yes' }, '/init', /true or false/],
  ])('%j', (changes, pointer, message) => {
    expect(saidOf(changes)).toEqual({ [pointer]: expect.stringMatching(message) });
  });
});

describe('what runs', () => {
  const confidential = { environment: {}, credentials: null };
  const textOf = (changes: Partial<ContainerOptions>) =>
    specText(aSpec({ container: { ...defaultContainer, ...changes } }), confidential);

  it('has the same text as before there were such options, where none is declared', () => {
    expect(textOf({})).not.toContain('container');
    expect(declaredOptions(defaultContainer)).toEqual([]);
  });

  it('differs by every option', () => {
    const changes: readonly Partial<ContainerOptions>[] = [
      { networkMode: 'host' },
      { readOnly: true },
      { pidsLimit: 1 },
      { noNewPrivileges: false },
      { hostname: 'a' },
      { sysctls: { a: '1' } },
    ];
    expect(new Set([{}, ...changes].map(textOf)).size).toBe(changes.length + 1);
  });
});

it('shows nobody who may not write what may be a password of a log driver', () => {
  const container = containerOf({ logging: { driver: 'splunk', options: { 'splunk-token': 'hush' } } });
  expect([true, false].map((whole) => containerView(container, whole).logging)).toEqual([
    { driver: 'splunk', options: { 'splunk-token': 'hush' } },
    { driver: 'splunk', options: { 'splunk-token': '***' } },
  ]);
});

it('gives a draft without what is as usual', () => {
  const given = Object.keys(JSON.parse(JSON.stringify(draftOf(aNormalForm({ init: true })))));
  expect(given.filter((key) => key in containerView(defaultContainer, true))).toEqual(['init']);
});
