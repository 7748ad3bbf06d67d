/** From a draft to the one normal form and back. What is refused stands in rules.test.ts. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaultContainer } from '../../../../core/container/options.ts';
import type { DeploymentDraft } from '../../../../core/deployment/spec/draft.ts';
import { DeploymentDraft as draftSchema } from '../../../../core/deployment/spec/draft.ts';
import { draftOf, normalize, specText } from '../../../../core/deployment/spec/normalize.ts';
import { defaultUpdate } from '../../../../core/deployment/spec/update.ts';
import { RingError } from '../../../../core/errors.ts';
import { validate } from '../../../../core/validate.ts';
import { validDrafts, wildDrafts } from '../../../support/arbitrary-drafts.ts';
import { aDraft, aNormalForm } from '../../../support/builders.ts';
import { aSpec } from '../../../support/records.ts';

const throughJson = (draft: DeploymentDraft): DeploymentDraft => JSON.parse(JSON.stringify(draft));

it('fills in every default', () => {
  expect(normalize(aDraft())).toEqual({
    name: 'web',
    namespace: 'default',
    runtime: 'docker',
    replicas: 1,
    spec: aSpec(),
    confidential: { environment: {}, credentials: null },
  });
});

it('spells out every short form', () => {
  const declaration = normalize(
    aDraft({
      namespace: 'production',
      replicas: 0,
      labels: { version: '1.21', app: 'nginx' },
      secrets: { ENV: 'production', DEBUG: 'false' },
      volumes: ['/host/data:/app/data', { type: 'tmpfs', destination: '/tmp/' }],
      ports: ['8080:80'],
      command: [],
      entrypoint: ['/entry'],
      user: '1000:1000',
      workdir: '/app',
      resources: { limits: { cpu: '500m', memory: '64m' }, requests: { cpu: 0.25 } },
      restart_policy: 'on-failure',
      stop_signal: 'SIGQUIT',
      stop_grace: 0.5,
      image_pull_policy: 'Always',
      registry_credentials: { username: 'me', password: 'pw' },
    }),
  );
  expect(declaration).toEqual({
    name: 'web',
    namespace: 'production',
    runtime: 'docker',
    replicas: 0,
    spec: {
      image: 'nginx:1.21',
      kind: 'worker',
      labels: { app: 'nginx', version: '1.21' },
      volumes: [
        { type: 'bind', source: '/host/data', destination: '/app/data', permission: 'rw', makeSource: true },
        { type: 'tmpfs', source: '', destination: '/tmp', permission: 'rw', makeSource: false },
      ],
      ports: [{ published: 8080, target: 80, hostIp: '127.0.0.1', protocol: 'tcp' }],
      command: [],
      entrypoint: ['/entry'],
      user: '1000:1000',
      workdir: '/app',
      limits: { nanoCpus: 5e8, memoryBytes: 64 * 1024 ** 2 },
      requests: { nanoCpus: 2.5e8, memoryBytes: null },
      restartPolicy: 'on-failure',
      stopSignal: 'SIGQUIT',
      stopGraceMs: 500,
      pullPolicy: 'Always',
      healthChecks: [],
      update: defaultUpdate,
      dependsOn: [],
      container: defaultContainer,
      onSecretChange: 'rollout',
      onConfigChange: 'rollout',
      job: null,
    },
    confidential: {
      environment: { DEBUG: 'false', ENV: 'production' },
      credentials: { username: 'me', password: 'pw' },
    },
  });
});

it('never restarts a job by default', () => {
  expect(aNormalForm({ kind: 'job' }).spec).toEqual(aSpec({ kind: 'job', restartPolicy: 'never' }));
});

it('takes environment as another name of secrets', () => {
  const { environmentName, ...form } = aNormalForm({ environment: { A: '1' } });
  expect([environmentName, form]).toEqual(['environment', aNormalForm({ secrets: { A: '1' } })]);
});

it('gives a normal form that is its own: as a draft again it is the same', () => {
  fc.assert(
    fc.property(validDrafts, (draft) => {
      const declaration = normalize(draft);
      expect(normalize(draftOf(declaration))).toEqual(declaration);
      expect(normalize(throughJson(draftOf(declaration)))).toEqual(declaration);
      expect(JSON.stringify(normalize(throughJson(draftOf(declaration))))).toBe(JSON.stringify(declaration));
    }),
    { numRuns: 500 },
  );
});

it('makes drafts that the wire schema takes', () => {
  fc.assert(
    fc.property(validDrafts, (draft) => {
      const again = throughJson(draftOf(normalize(draft)));
      const reserved = [again.labels, again.secrets].flatMap((one) => Object.keys(one ?? {}));
      fc.pre(!reserved.some((key) => key === '__proto__' || key === 'constructor'));
      expect(validate(draftSchema, structuredClone(again))).toEqual({ output: again });
    }),
  );
});

it('gives a normal form that a database keeps as it is', () => {
  fc.assert(
    fc.property(validDrafts, (draft) => {
      const declaration = normalize(draft);
      expect(JSON.parse(JSON.stringify(declaration))).toEqual(declaration);
    }),
  );
});

it('throws nothing but INVALID_REQUEST, with a pointer for each violation', () => {
  fc.assert(
    fc.property(wildDrafts, (draft) => {
      try {
        normalize(draft);
      } catch (error) {
        expect(error).toBeInstanceOf(RingError);
        if (!(error instanceof RingError)) return;
        expect(error.code).toBe('INVALID_REQUEST');
        expect(error.violations).not.toEqual([]);
        for (const { pointer } of error.violations) expect(resolves(draft, pointer)).toBe(true);
      }
    }),
    { numRuns: 1000 },
  );
});

/** Whether a JSON pointer leads to something in the draft, or to a field beside it that is missing. */
function resolves(draft: unknown, pointer: string): boolean {
  const keys = pointer
    .split('/')
    .slice(1)
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));
  let at: unknown = draft;
  for (const key of keys.slice(0, -1))
    at = typeof at === 'object' && at !== null ? Reflect.get(at, key) : undefined;
  return pointer.startsWith('/') && typeof at === 'object' && at !== null;
}

it('leaves the draft as it was', () => {
  fc.assert(
    fc.property(validDrafts, (draft) => {
      const before = JSON.stringify(draft);
      normalize(draft);
      expect(JSON.stringify(draft)).toBe(before);
    }),
  );
});

describe('the text of a spec', () => {
  const textOf = (changes: Partial<DeploymentDraft>) => {
    const { spec, confidential } = aNormalForm(changes);
    return specText(spec, confidential);
  };

  it('does not depend on the order of names', () => {
    expect(textOf({ labels: { a: '1', b: '2' }, secrets: { X: '1', Y: '2' } })).toBe(
      textOf({ labels: { b: '2', a: '1' }, secrets: { Y: '2', X: '1' } }),
    );
  });

  it.each<[string, Partial<DeploymentDraft>]>([
    ['the number of replicas', { replicas: 7 }],
    ['how an image is fetched', { image_pull_policy: 'Never' }],
    ['what a changed secret or config leads to', { on_secret_change: 'none', on_config_change: 'none' }],
    ['who fetches it', { registry_credentials: { username: 'me', password: 'pw' } }],
    ['a default that is spelled out', { namespace: 'default', stop_grace: '10s', labels: {}, ports: [] }],
  ])('does not depend on %s', (_, changes) => {
    expect(textOf(changes)).toBe(textOf({}));
  });

  it.each<[string, Partial<DeploymentDraft>]>([
    ['image', { image: 'nginx:1.22' }],
    ['kind', { kind: 'job' }],
    ['labels', { labels: { a: '1' } }],
    ['environment', { secrets: { A: '1' } }],
    ['a secret in the environment', { secrets: { A: { secretRef: '1' } } }],
    ['an odd name in the environment', { secrets: JSON.parse('{"__proto__": "1"}') }],
    ['volumes', { volumes: ['data:/data'] }],
    ['ports', { ports: ['8080:80'] }],
    ['command', { command: ['sh'] }],
    ['entrypoint', { entrypoint: ['sh'] }],
    ['user', { user: '1' }],
    ['workdir', { workdir: '/app' }],
    ['limits', { resources: { limits: { cpu: 1 } } }],
    ['requests', { resources: { requests: { cpu: 1 } } }],
    ['restart policy', { restart_policy: 'never' }],
    ['stop signal', { stop_signal: 'SIGINT' }],
    ['stop grace', { stop_grace: 1 }],
  ])('depends on %s', (_, changes) => {
    expect(textOf(changes)).not.toBe(textOf({}));
  });
});
