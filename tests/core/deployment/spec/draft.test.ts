/** The wire schema of a draft, field by field. Rules across fields stand in rules.test.ts. */
import { describe, expect, it } from 'vitest';
import { DeploymentDeclaration, DeploymentDraft } from '../../../../core/deployment/spec/draft.ts';
import { validate } from '../../../../core/validate.ts';
import { aDeclaration, aDraft } from '../../../support/builders.ts';

/** Where a body is at fault, sorted. */
const pointersOf = (body: unknown): readonly string[] =>
  (validate(DeploymentDraft, body).violations ?? []).map(({ pointer }) => pointer).sort();

it('takes the worker that the contract shows', () => {
  const body = {
    name: 'my-app',
    runtime: 'docker',
    namespace: 'production',
    kind: 'worker',
    replicas: 3,
    image: 'nginx:1.21',
    labels: { app: 'nginx', version: '1.21' },
    secrets: { ENV: 'production', DEBUG: 'false' },
    volumes: ['/host/data:/app/data'],
  };
  expect(validate(DeploymentDraft, { ...body })).toEqual({ output: body });
});

it('takes the job that the contract shows', () => {
  const body = {
    name: 'migration',
    runtime: 'docker',
    namespace: 'production',
    kind: 'job',
    replicas: 1,
    image: 'myapp:latest',
    command: ['npm', 'run', 'migrate'],
  };
  expect(validate(DeploymentDraft, { ...body })).toEqual({ output: body });
});

it('takes what is declared at its own URL without a name, but nothing without an image', () => {
  expect(validate(DeploymentDeclaration, aDeclaration())).toEqual({ output: aDeclaration() });
  expect(validate(DeploymentDeclaration, {}).violations).toEqual([
    { pointer: '/image', message: 'is required' },
  ]);
});

it.each(['SIGTERM', 'QUIT', '1', '15', '64', 'SIGRTMIN+3', 'RTMAX-14', 'SIGWINCH'])(
  'takes the stop signal %s',
  (signal) => {
    expect(pointersOf(aDraft({ stop_signal: signal }))).toEqual([]);
  },
);

describe('a name', () => {
  it.each(['a', '0', 'a-b', 'x'.repeat(63), '123'])('can be %s', (name) => {
    expect(pointersOf(aDraft({ name, namespace: name }))).toEqual([]);
  });

  it.each(['', 'A', 'a.b', 'a_b', '-a', 'a-', 'x'.repeat(64), 'a b', 'a\n', 'ü', '../a', '__proto__'])(
    'cannot be %j',
    (name) => {
      expect(pointersOf(aDraft({ name, namespace: name }))).toEqual(['/name', '/namespace']);
    },
  );
});

it.each<[object, readonly string[]]>([
  [{ replicas: -1 }, ['/replicas']],
  [{ replicas: 1.5 }, ['/replicas']],
  [{ replicas: 1001 }, ['/replicas']],
  [{ replicas: '3' }, ['/replicas']],
  [{ replicas: null }, ['/replicas']],
  [{ kind: 'cron' }, ['/kind']],
  [{ runtime: 'podman' }, ['/runtime']],
  [{ image: '' }, ['/image']],
  [{ image: 'nginx latest' }, ['/image']],
  [{ labels: ['a'] }, ['/labels']],
  [{ labels: { a: 1, b: true } }, ['/labels/a', '/labels/b']],
  [{ labels: { '': 'x' } }, ['/labels/']],
  [{ secrets: { A: null } }, ['/secrets/A']],
  [{ command: 'npm run' }, ['/command']],
  [{ command: ['npm', 1] }, ['/command/1']],
  [{ volumes: [{ source: 'a1' }] }, ['/volumes/0/destination']],
  [{ volumes: [{ destination: '/x', permission: 'rwx' }] }, ['/volumes/0/permission']],
  [{ volumes: [{ destination: '/x', nocopy: true }] }, ['/volumes/0/nocopy']],
  [{ volumes: ['', 5, null] }, ['/volumes/0', '/volumes/1', '/volumes/2']],
  [{ ports: [{ published: 0, target: 70000 }] }, ['/ports/0/published', '/ports/0/target']],
  [{ ports: [{ published: 80 }] }, ['/ports/0/target']],
  [{ ports: [80] }, ['/ports/0']],
  [{ resources: { limits: { disk: 1 } } }, ['/resources/limits/disk']],
  [{ resources: { limits: { cpu: true } } }, ['/resources/limits/cpu']],
  [{ restart_policy: 'unless-stopped' }, ['/restart_policy']],
  [{ stop_signal: 'SIGTERM; rm' }, ['/stop_signal']],
  [{ stop_signal: 'sigterm' }, ['/stop_signal']],
  [{ stop_signal: 'SIGFOO' }, ['/stop_signal']],
  [{ stop_signal: 'SIGRTMIN+16' }, ['/stop_signal']],
  [{ stop_signal: '0' }, ['/stop_signal']],
  [{ stop_signal: '65' }, ['/stop_signal']],
  [{ stop_signal: 'SIG15' }, ['/stop_signal']],
  [{ image_pull_policy: 'always' }, ['/image_pull_policy']],
  [{ registry_credentials: { username: 'me' } }, ['/registry_credentials/password']],
  [{ replica: 1, Name: 'x', rights: true }, ['/Name', '/replica', '/rights']],
  [{ replica: 1, replicas: 'x', kind: 1 }, ['/kind', '/replica', '/replicas']],
])('refuses %j and says where, all at once', (changes, pointers) => {
  expect(pointersOf({ ...aDraft(), ...changes })).toEqual(pointers);
});

it.each([null, [], 'text', 5, true])('refuses a body that is %j', (body) => {
  expect(validate(DeploymentDraft, body).violations).not.toEqual([]);
  expect(validate(DeploymentDraft, body).output).toBeUndefined();
});

it.each(['{"__proto__": "x"}', '{"constructor": "x"}', '{"prototype": "x"}'])(
  'refuses names that would be dropped in silence: %s',
  (text) => {
    const odd = JSON.parse(text);
    const [key] = Object.keys(odd);
    expect(pointersOf({ ...aDraft(), labels: odd, secrets: odd })).toEqual([
      `/labels/${key}`,
      `/secrets/${key}`,
    ]);
  },
);

it.each<[string, object, readonly string[]]>([
  ['an image that is none', { image: 'Not An Image' }, ['/image']],
  ['a label that is reserved', { labels: { 'ring.uid': 'x', ok: 'y' } }, ['/labels/ring.uid']],
  ['a reserved label in capitals', { labels: { 'Ring.Instance': 'x' } }, ['/labels/Ring.Instance']],
  ['a reserved label with odd characters', { labels: { 'ring.a/b~c': 'x' } }, ['/labels/ring.a~1b~0c']],
  [
    'short forms that are none',
    { image: '?', labels: { 'ring.name': 'x' }, volumes: ['data', './x:/y'], ports: ['80'], surprise: 1 },
    ['/image', '/labels/ring.name', '/ports/0', '/surprise', '/volumes/0', '/volumes/1'],
  ],
])('refuses %s and says where', (_, changes, pointers) => {
  expect(pointersOf({ ...aDraft(), ...changes })).toEqual(pointers);
});
