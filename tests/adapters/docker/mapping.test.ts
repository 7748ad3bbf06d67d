import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { identityOf, isSameInstance, labelsOf } from '../../../adapters/docker/labels.ts';
import {
  addressesOf,
  type Inspected,
  instantOf,
  isConnected,
  type Listed,
  toCreateOptions,
  toInstance,
} from '../../../adapters/docker/mapping.ts';
import type { DeploymentSpec } from '../../../core/deployment/spec/spec.ts';
import type { Identity } from '../../../core/runtime.ts';
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
  environment: { A: '1', B: 'x=y' },
  files: [],
  imageId: 'sha256:1',
  aliases: ['web', 'web.default'],
});
const options = (changes: Partial<DeploymentSpec> = {}) =>
  toCreateOptions(request(aSpec(changes)), placement);

describe('create options', () => {
  it('hold the defaults that protect a host', () => {
    expect(options()).toEqual({
      name: 'default_web_0_r1',
      Image: 'sha256:1',
      Labels: { ...labelsOf('i1', someIdentity()), 'ring.address': '10.201.0.2' },
      Env: ['A=1', 'B=x=y'],
      StopTimeout: 10,
      ExposedPorts: {},
      HostConfig: {
        NetworkMode: 'n1',
        PortBindings: {},
        RestartPolicy: { Name: 'unless-stopped' },
        Binds: [],
        Mounts: [],
        PidsLimit: 4096,
        SecurityOpt: ['no-new-privileges'],
        LogConfig: { Type: 'json-file', Config: { 'max-size': '10m', 'max-file': '3' } },
      },
      NetworkingConfig: {
        EndpointsConfig: {
          n1: { IPAMConfig: { IPv4Address: '10.201.0.2' }, Aliases: ['web', 'web.default'] },
        },
      },
    });
  });

  it('say all that a spec asks of the process', () => {
    const process = {
      command: ['serve', '--port', '80'],
      entrypoint: ['/bin/sh'],
      user: '1000:1000',
      workdir: '/srv',
      stopSignal: 'SIGINT',
      stopGraceMs: 1500,
    };
    expect(options(process)).toMatchObject({
      Cmd: ['serve', '--port', '80'],
      Entrypoint: ['/bin/sh'],
      User: '1000:1000',
      WorkingDir: '/srv',
      StopSignal: 'SIGINT',
      StopTimeout: 2,
    });
    expect(options({ entrypoint: [] }).Entrypoint).toEqual(['']);
  });

  it.each([
    ['worker', 'always', 'unless-stopped'],
    ['worker', 'on-failure', 'on-failure'],
    ['worker', 'never', 'no'],
    ['job', 'always', 'no'],
    ['job', 'on-failure', 'no'],
  ] as const)('let the engine restart a %s with policy %s: %s', (kind, restartPolicy, name) => {
    expect(options({ kind, restartPolicy }).HostConfig?.RestartPolicy).toEqual({ Name: name });
  });

  it('publish ports with the exposed port beside each binding', () => {
    const port = { published: 8080, target: 80, hostIp: '127.0.0.1', protocol: 'tcp' } as const;
    const { ExposedPorts, HostConfig } = options({
      ports: [port, { ...port, published: 8081 }, { ...port, target: 53, protocol: 'udp' }],
    });
    expect([ExposedPorts, HostConfig?.PortBindings]).toEqual([
      { '80/tcp': {}, '53/udp': {} },
      {
        '80/tcp': [
          { HostIp: '127.0.0.1', HostPort: '8080' },
          { HostIp: '127.0.0.1', HostPort: '8081' },
        ],
        '53/udp': [{ HostIp: '127.0.0.1', HostPort: '8080' }],
      },
    ]);
  });

  it('bound what a container may use', () => {
    const limits = { nanoCpus: 500_000_000, memoryBytes: 64_000_000 };
    const { HostConfig } = options({ limits, requests: { nanoCpus: 250_000_000, memoryBytes: 32_000_000 } });
    expect(HostConfig).toMatchObject({
      NanoCpus: 500_000_000,
      Memory: 64_000_000,
      CpuShares: 256,
      MemoryReservation: 32_000_000,
    });
  });

  it('mount volumes, and let docker make a source only in the string form', () => {
    const volume = { destination: '/d', permission: 'rw', makeSource: false } as const;
    const { HostConfig } = options({
      volumes: [
        { ...volume, type: 'bind', source: '/made', permission: 'ro', makeSource: true },
        { ...volume, type: 'bind', source: '/there' },
        { ...volume, type: 'volume', source: 'data', permission: 'ro' },
        { ...volume, type: 'volume', source: '' },
        { ...volume, type: 'tmpfs', source: '' },
      ],
    });
    const labels = { 'ring.instance': 'i1', 'ring.namespace': 'default' };
    const made = { NoCopy: false, Labels: labels, DriverConfig: { Name: '', Options: {} } };
    expect([HostConfig?.Binds, HostConfig?.Mounts]).toEqual([
      ['/made:/d:ro'],
      [
        { Type: 'bind', Source: '/there', Target: '/d', ReadOnly: false },
        { Type: 'volume', Source: 'data', Target: '/d', ReadOnly: true, VolumeOptions: made },
        { Type: 'volume', Source: '', Target: '/d', ReadOnly: false },
        { Type: 'tmpfs', Source: '', Target: '/d', ReadOnly: false },
      ],
    ]);
  });

  it('cap logs only where the engine writes them to files', () => {
    const configs = ['local', 'journald', 'none', ''].map(
      (logDriver) =>
        toCreateOptions(request(aSpec()), { ...placement, logDriver }).HostConfig?.LogConfig?.Type,
    );
    expect(configs).toEqual(['local', undefined, undefined, undefined]);
  });

  it('never let a user label stand for ours', () => {
    const { Labels } = options({ labels: { 'ring.slot': '9', team: 'a' } });
    expect(Labels).toMatchObject({ 'ring.slot': '0', team: 'a' });
  });
});

const identities: fc.Arbitrary<Identity> = fc.record({
  uid: fc.string({ minLength: 1 }),
  deploymentId: fc.string({ minLength: 1 }),
  namespace: fc.string({ minLength: 1 }),
  name: fc.string({ minLength: 1 }),
  revision: fc.nat(),
  slot: fc.nat(),
  specHash: fc.string({ minLength: 1 }),
});

describe('labels', () => {
  it('lose nothing of an identity on the way there and back', () => {
    fc.assert(
      fc.property(identities, (identity) => {
        const back = identityOf('i1', labelsOf('i1', identity));
        expect(back).toEqual(identity);
        expect(back && isSameInstance(back, identity)).toBe(true);
      }),
    );
  });

  it('say nothing when one is missing, malformed or of another installation', () => {
    const labels = labelsOf('i1', someIdentity());
    const without = Object.keys(labels).map((key) => ({ ...labels, [key]: undefined }));
    const odd = [{ ...labels, 'ring.slot': '-1' }, { ...labels, 'ring.revision': '1e3' }, null, {}];
    const read = [...without, ...odd].map((each) => identityOf('i1', JSON.parse(JSON.stringify(each))));
    expect([...read, identityOf('i2', labels)].filter((identity) => identity !== null)).toEqual([]);
  });
});

const endpoint = { IPAMConfig: { IPv4Address: '10.201.0.2' }, EndpointID: 'e1', IPAddress: '10.201.0.2' };
const listed = (changes: Partial<Listed> = {}): Listed => ({
  Id: 'c1',
  Names: ['/default_web_0_r1'],
  ImageID: 'sha256:1',
  State: 'running',
  Status: 'Up 3 seconds',
  Labels: labelsOf('i1', someIdentity()),
  HostConfig: { NetworkMode: 'n1' },
  NetworkSettings: { Networks: { ring_default: endpoint } },
  ...changes,
});
const inspected = (State: Partial<Inspected['State']> = {}): Inspected => ({
  RestartCount: 2,
  NetworkSettings: { Networks: { ring_default: { Aliases: ['web', 'c1'] } } },
  State: {
    Status: 'running',
    OOMKilled: false,
    ExitCode: 0,
    Error: '',
    StartedAt: '2026-11-23T15:49:08.378688642Z',
    FinishedAt: '0001-01-01T00:00:00Z',
    ...State,
  },
});

describe('an instance', () => {
  const known = { identity: someIdentity(), lastExitCode: null };

  it('is what list and inspect say together', () => {
    expect(toInstance(listed(), inspected(), known)).toEqual({
      id: 'c1',
      containerName: 'default_web_0_r1',
      identity: someIdentity(),
      state: 'running',
      imageId: 'sha256:1',
      connected: true,
      address: '10.201.0.2',
      serves: true,
      startedAt: Date.parse('2026-11-23T15:49:08.378Z'),
      finishedAt: null,
      exitCode: null,
      oomKilled: false,
      error: '',
      restartCount: 2,
    });
  });

  it('has the exit code of the last run, as far as anyone heard of it', () => {
    const FinishedAt = '2026-11-23T15:49:09Z';
    const exitCodes = [
      toInstance(listed(), inspected({ Status: 'exited', ExitCode: 7, FinishedAt }), known),
      toInstance(listed(), inspected({ FinishedAt }), known),
      toInstance(listed(), inspected({ FinishedAt }), { ...known, lastExitCode: 9 }),
      toInstance(listed(), inspected({ Status: 'created', ExitCode: 127 }), known),
    ].map(({ exitCode }) => exitCode);
    expect(exitCodes).toEqual([7, null, 9, null]);
  });

  it('is connected when it has an endpoint in the network of its namespace', () => {
    const bare = { ...endpoint, EndpointID: '' };
    const networks = (Networks: Record<string, object>, State = 'running') =>
      isConnected(listed({ State, NetworkSettings: { Networks } }), 'default');
    expect([
      networks({ ring_default: endpoint }),
      networks({ ring_default_i1: endpoint }),
      networks({ ring_default: bare }),
      networks({ ring_default: bare }, 'exited'),
      networks({ ring_other: endpoint }),
      networks({}),
      isConnected(listed({ HostConfig: { NetworkMode: 'host' } }), 'default'),
    ]).toEqual([true, true, false, true, false, false, null]);
    expect(addressesOf(listed())).toEqual(['10.201.0.2', '10.201.0.2']);
  });

  it('serves while it is connected under the name of its service', () => {
    const under = (Aliases: string[] | undefined, shown: Partial<Listed> = {}) =>
      toInstance(
        listed(shown),
        { ...inspected(), NetworkSettings: { Networks: { ring_default: { Aliases } } } },
        known,
      ).serves;
    expect([
      under(['c1', 'web', 'web.default']),
      under(['c1']),
      under(undefined),
      under(['web'], { NetworkSettings: { Networks: {} } }),
      under(['web'], { HostConfig: { NetworkMode: 'host' } }),
    ]).toEqual([true, false, false, false, null]);
  });

  it('holds on to its first address while it has lost its network', () => {
    const Labels = { ...labelsOf('i1', someIdentity()), 'ring.address': '10.201.0.9' };
    expect([
      addressesOf(listed({ Labels, NetworkSettings: { Networks: {} } })),
      addressesOf(listed({ NetworkSettings: null })),
    ]).toEqual([['10.201.0.9'], []]);
  });

  it('has no time where the engine has none', () => {
    expect([
      instantOf('0001-01-01T00:00:00Z'),
      instantOf('nonsense'),
      instantOf('1970-01-01T00:00:01Z'),
    ]).toEqual([null, null, 1000]);
  });
});
