/** How a container is set up, in the engine's words. */
import { describe, expect, it } from 'vitest';
import { labelsOf } from '../../../adapters/docker/labels.ts';
import { toCreateOptions } from '../../../adapters/docker/mapping.ts';
import { type ContainerOptions, defaultContainer } from '../../../core/container/options.ts';
import type { DeploymentSpec } from '../../../core/deployment/spec/spec.ts';
import { someIdentity } from '../../support/fake-runtime.ts';
import { aSpec } from '../../support/records.ts';

const placement = {
  installationId: 'i1',
  place: { networkId: 'n1', address: '10.201.0.2' },
  logDriver: 'json-file',
};
const request = (spec: DeploymentSpec) => ({
  containerName: 'default_web_0_r1',
  identity: someIdentity(),
  spec,
  environment: {},
  files: [],
  imageId: 'sha256:1',
  aliases: ['web'],
});
const options = (changes: Partial<DeploymentSpec> = {}) =>
  toCreateOptions(request(aSpec(changes)), placement);

describe('how a container is set up', () => {
  it.each<[Partial<ContainerOptions>, object]>([
    [{ readOnly: true }, { ReadonlyRootfs: true }],
    [{ init: true }, { Init: true }],
    [{ privileged: true }, { Privileged: true }],
    [
      { capAdd: ['NET_ADMIN'], capDrop: ['ALL'] },
      { CapAdd: ['NET_ADMIN'], CapDrop: ['ALL'] },
    ],
    [
      { devices: [{ source: '/dev/fuse', target: '/dev/f', permissions: 'rw' }] },
      { Devices: [{ PathOnHost: '/dev/fuse', PathInContainer: '/dev/f', CgroupPermissions: 'rw' }] },
    ],
    [
      {
        tmpfs: [
          { destination: '/a', sizeBytes: null, mode: null },
          { destination: '/b', sizeBytes: 4096, mode: null },
          { destination: '/c', sizeBytes: null, mode: 0o700 },
        ],
      },
      {
        Mounts: [
          { Type: 'tmpfs', Source: '', Target: '/a', ReadOnly: false },
          {
            Type: 'tmpfs',
            Source: '',
            Target: '/b',
            ReadOnly: false,
            TmpfsOptions: { SizeBytes: 4096, Mode: 0o1777 },
          },
          {
            Type: 'tmpfs',
            Source: '',
            Target: '/c',
            ReadOnly: false,
            TmpfsOptions: { SizeBytes: 0, Mode: 0o700 },
          },
        ],
      },
    ],
    [{ shmBytes: 1024 }, { ShmSize: 1024 }],
    [
      { ulimits: [{ name: 'nofile', soft: 1, hard: -1 }] },
      { Ulimits: [{ Name: 'nofile', Soft: 1, Hard: -1 }] },
    ],
    [
      { dns: { servers: ['1.1.1.1'], search: ['a.b'], options: ['ndots:2'] } },
      { Dns: ['1.1.1.1'], DnsSearch: ['a.b'], DnsOptions: ['ndots:2'] },
    ],
    [{ extraHosts: ['db:10.0.0.5'] }, { ExtraHosts: ['db:10.0.0.5'] }],
    [{ sysctls: { 'net.core.somaxconn': '9' } }, { Sysctls: { 'net.core.somaxconn': '9' } }],
    [
      { gpus: { count: -1, deviceIds: [], driver: null, capabilities: ['gpu'] } },
      { DeviceRequests: [{ Driver: '', Count: -1, Capabilities: [['gpu']], Options: {} }] },
    ],
    [
      { gpus: { count: null, deviceIds: ['0'], driver: 'nvidia', capabilities: ['gpu', 'video'] } },
      {
        DeviceRequests: [
          { Driver: 'nvidia', DeviceIDs: ['0'], Capabilities: [['gpu', 'video']], Options: {} },
        ],
      },
    ],
    [{ pidsLimit: -1 }, { PidsLimit: -1 }],
    [
      { noNewPrivileges: false, securityOptions: ['seccomp=unconfined'] },
      { SecurityOpt: ['no-new-privileges=false', 'seccomp=unconfined'] },
    ],
  ])('%j', (changes, expected) => {
    const usual = options().HostConfig;
    const { HostConfig } = options({ container: { ...defaultContainer, ...changes } });
    expect(HostConfig).toEqual({ ...usual, ...expected });
  });

  it('is capped in what its log driver keeps on the host, unless it is said how much', () => {
    const logged = (logging: ContainerOptions['logging'], logDriver = 'json-file') =>
      toCreateOptions(request(aSpec({ container: { ...defaultContainer, logging } })), {
        ...placement,
        logDriver,
      }).HostConfig?.LogConfig;
    const cap = { 'max-size': '10m', 'max-file': '3' };
    expect([
      logged({ driver: 'local', options: {} }),
      logged({ driver: 'json-file', options: { 'max-size': '1m', tag: 'x' } }),
      logged({ driver: null, options: { tag: 'x' } }),
      logged({ driver: null, options: { tag: 'x' } }, 'journald'),
      logged({ driver: 'syslog', options: { 'syslog-address': 'udp://10.0.0.1:514' } }),
      logged({ driver: 'none', options: {} }),
    ]).toEqual([
      { Type: 'local', Config: cap },
      { Type: 'json-file', Config: { ...cap, 'max-size': '1m', tag: 'x' } },
      { Type: 'json-file', Config: { ...cap, tag: 'x' } },
      { Type: 'journald', Config: { tag: 'x' } },
      { Type: 'syslog', Config: { 'syslog-address': 'udp://10.0.0.1:514' } },
      { Type: 'none', Config: {} },
    ]);
  });

  it('has a host name of its own where one is declared', () => {
    const container = { ...defaultContainer, hostname: 'web' };
    expect([options().Hostname, options({ container }).Hostname]).toEqual([undefined, 'web']);
  });

  it("has no place in a network where it is on the host's", () => {
    const spec = aSpec({ container: { ...defaultContainer, networkMode: 'host' } });
    const { HostConfig, NetworkingConfig, Labels } = toCreateOptions(request(spec), {
      ...placement,
      place: null,
    });
    expect([HostConfig?.NetworkMode, NetworkingConfig, Labels]).toEqual([
      'host',
      undefined,
      labelsOf('i1', someIdentity()),
    ]);
  });
});
