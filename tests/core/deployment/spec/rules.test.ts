/** What is refused across fields: where, and all at once. */
import { describe, expect, it } from 'vitest';
import type { DeploymentDraft } from '../../../../core/deployment/spec/draft.ts';
import { normalize } from '../../../../core/deployment/spec/normalize.ts';
import { RingError } from '../../../../core/errors.ts';
import { aDraft } from '../../../support/builders.ts';

/** Where a draft is at fault, in order. */
function pointersOf(changes: Partial<DeploymentDraft>): readonly string[] {
  try {
    normalize(aDraft(changes));
    return [];
  } catch (error) {
    if (!(error instanceof RingError)) throw error;
    expect(error.code).toBe('INVALID_REQUEST');
    return error.violations.map(({ pointer }) => pointer);
  }
}

it.each<[string, Partial<DeploymentDraft>, readonly string[]]>([
  ['secrets beside environment', { secrets: { A: '1' }, environment: { B: '2' } }, ['/environment']],
  ['a variable with "="', { secrets: { 'A=B': '1' } }, ['/secrets/A=B']],
  ['a variable with NUL', { environment: { A: 'x\0' } }, ['/environment/A']],
  ['a relative volume', { volumes: ['./data:/data'] }, ['/volumes/0']],
  [
    'a volume object without a path',
    { volumes: [{ source: 'data', destination: 'x' }] },
    ['/volumes/0/destination'],
  ],
  ['an impossible port', { ports: ['0:80'] }, ['/ports/0']],
  [
    'a port object with a host name',
    { ports: [{ published: 1, target: 1, host_ip: 'lan' }] },
    ['/ports/0/host_ip'],
  ],
  ['CPU that is none', { resources: { limits: { cpu: 'many' } } }, ['/resources/limits/cpu']],
  ['too little memory', { resources: { requests: { memory: '1k' } } }, ['/resources/requests/memory']],
  ['a grace that is too long', { stop_grace: '2h' }, ['/stop_grace']],
  ['a negative grace', { stop_grace: -1 }, ['/stop_grace']],
  ['a relative workdir', { workdir: 'app' }, ['/workdir']],
  ['NUL in a workdir', { workdir: '/app\0' }, ['/workdir']],
  ['NUL in a user', { user: 'a\0' }, ['/user']],
  ['NUL in a command', { command: ['a\0'] }, ['/command']],
  ['NUL in an entrypoint', { entrypoint: ['a\0'] }, ['/entrypoint']],
  ['a job that never runs', { kind: 'job', replicas: 0 }, ['/replicas']],
  [
    'a job that rolls out',
    { kind: 'job', on_secret_change: 'rollout', on_config_change: 'rollout' },
    ['/on_secret_change', '/on_config_change'],
  ],
  ['a job that is restarted', { kind: 'job', restart_policy: 'always' }, ['/restart_policy']],
])('refuses %s and says where', (_, changes, pointers) => {
  expect(pointersOf(changes)).toEqual(pointers);
});

it.each<[string, Partial<DeploymentDraft>]>([
  ['a label that only begins alike', { labels: { ring: 'x', ringing: 'y', 'my.ring.x': 'z' } }],
  ['variables with odd names and values', { secrets: { 'a.b-c': 'x=y\nz', ü: '' } }],
  ['one port on two protocols', { ports: ['53:53', '53:53/udp'] }],
  ['one port on IPv4 and IPv6', { ports: ['0.0.0.0:80:80', '[::]:80:80'] }],
  ['one target on two host ports', { ports: ['8080:80', '8081:80'] }],
  ['one source at two places', { volumes: ['data:/a', 'data:/b'] }],
  ['a volume inside another', { volumes: ['data:/a', 'more:/a/b'] }],
  ['many replicas that publish nothing', { replicas: 1000 }],
  ['no replica of one that publishes', { replicas: 0, ports: ['80:80'] }],
  [
    'a request of all that is allowed',
    { resources: { limits: { cpu: 1, memory: '1g' }, requests: { cpu: '1', memory: '1024m' } } },
  ],
])('takes %s', (_, changes) => {
  expect(pointersOf(changes)).toEqual([]);
});

describe('volumes at one place', () => {
  it('are refused, the later one named', () => {
    expect(
      pointersOf({ volumes: ['a1:/data', 'b1:/other', { source: 'c1', destination: '/data//' }] }),
    ).toEqual(['/volumes/2']);
  });

  it('are named by where they stand in the request, whatever else is wrong', () => {
    expect(pointersOf({ volumes: ['nonsense', 'a1:/data', 'b1:/data'] })).toEqual([
      '/volumes/0',
      '/volumes/2',
    ]);
  });
});

describe('ports', () => {
  it('that clash are refused, the later one named', () => {
    expect(pointersOf({ ports: ['80:80', '0.0.0.0:80:81'] })).toEqual(['/ports/1']);
  });

  it('are named by where they stand in the request, whatever else is wrong', () => {
    expect(pointersOf({ ports: ['nonsense', '80:80', '80:81'] })).toEqual(['/ports/0', '/ports/2']);
  });

  it('are refused for more than one replica', () => {
    expect(pointersOf({ replicas: 2, ports: ['80:80', 'x', '81:80'] })).toEqual([
      '/ports/1',
      '/ports/0',
      '/ports/2',
    ]);
  });
});

it('refuses to promise more than is allowed', () => {
  const resources = { limits: { cpu: 1, memory: '64m' }, requests: { cpu: 2, memory: '128m' } };
  expect(pointersOf({ resources })).toEqual(['/resources/requests/cpu', '/resources/requests/memory']);
});

it('says everything that is wrong at once', () => {
  expect(
    new Set(
      pointersOf({
        secrets: { '=': '' },
        environment: {},
        volumes: ['x', 'a1:/data', 'b1:/data'],
        ports: ['y'],
        resources: { limits: { cpu: 0, memory: 0 } },
        stop_grace: 'soon',
        workdir: '.',
        kind: 'job',
        restart_policy: 'always',
        replicas: 0,
      }),
    ),
  ).toEqual(
    new Set([
      '/secrets/=',
      '/environment',
      '/volumes/0',
      '/volumes/2',
      '/ports/0',
      '/resources/limits/cpu',
      '/resources/limits/memory',
      '/stop_grace',
      '/workdir',
      '/restart_policy',
      '/replicas',
    ]),
  );
});

it('names the first violation in its message and never a value', () => {
  expect(() => normalize(aDraft({ secrets: { A: 'hunter2\0' } }))).toThrow(
    /^\/secrets\/A: the value of a variable must not contain NUL$/,
  );
});
