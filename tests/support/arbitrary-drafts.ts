/** Generators of drafts for property tests: valid ones of every shape, and arbitrary ones that pass the wire schema. */
import fc from 'fast-check';
import type { DeploymentDraft } from '../../core/deployment/spec/draft.ts';
import { containerFields, hostFields, wildContainerFields } from './arbitrary-containers.ts';

const label = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,10}[a-z0-9])?$/);
const word = fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_./-]{0,12}$/).filter((key) => !/^ring\./i.test(key));
const odd = fc.constantFrom('__proto__', 'constructor', 'toString', 'a/b~c', '', '10', '9', 'ü', '=', 'a\0b');

/** An object of texts, with names that JavaScript keeps for itself as plain members. */
const record = <Value>(key: fc.Arbitrary<string>, value: fc.Arbitrary<Value>) =>
  fc.array(fc.tuple(key, value), { maxLength: 5 }).map((entries) => Object.fromEntries(entries));

const special = fc.constantFrom('__proto__', 'constructor', 'toString', 'a/b~c', '10', '9', 'ü');

const volumeAt = (index: number) =>
  fc.constantFrom(
    `/host/${index}:/at/${index}`,
    `/host/${index}/:/at//${index}:ro`,
    `data-${index}:/at/${index}`,
    { destination: `/at/${index}` },
    { type: 'tmpfs' as const, destination: `/at/${index}/` },
    { type: 'bind' as const, source: '/', destination: `/at/${index}`, permission: 'ro' as const },
    { source: `data-${index}`, destination: `/at/${index}` },
    { type: 'config' as const, source: `config-${index}`, destination: `/at/${index}` },
    { type: 'config' as const, source: 'app', key: 'a.b', destination: `/at/${index}` },
    { type: 'secret' as const, source: 'token', destination: `/at/${index}` },
  );

const portAt = (index: number) =>
  fc.constantFrom(
    `${8000 + index}:80`,
    `0.0.0.0:${8000 + index}:80/udp`,
    `[::1]:${8000 + index}:80`,
    { published: 8000 + index, target: 80 },
    { published: 8000 + index, target: 80, host_ip: '::', protocol: 'udp' as const },
  );

const several = <T>(at: (index: number) => fc.Arbitrary<T>): fc.Arbitrary<T[]> =>
  fc
    .integer({ min: 0, max: 4 })
    .chain((count) => fc.tuple(...Array.from({ length: count }, (_, index) => at(index))));

const request = fc.record(
  { cpu: fc.constantFrom(0.5, '0.25', '500m', 0.1), memory: fc.constantFrom('64m', 8388608, '10Mi') },
  { requiredKeys: [] },
);
const limit = fc.record(
  { cpu: fc.constantFrom(1, '1.5', '4000m'), memory: fc.constantFrom('1g', 134217728, '512MiB') },
  { requiredKeys: [] },
);

/** Terms of a rollout; a deployment that publishes ports cannot start first. */
const update = (...orders: readonly ('start-first' | 'stop-first')[]) =>
  fc.record(
    {
      order: fc.constantFrom(...orders),
      parallelism: fc.integer({ min: 1, max: 1000 }),
      max_surge: fc.integer({ min: 1, max: 1000 }),
      min_healthy_time: fc.constantFrom(0, 0.25, '500ms', '30s'),
      drain_delay: fc.constantFrom(0, '1500ms', '10m'),
      deadline: fc.constantFrom(31, '90s', '24h'),
      on_failure: fc.constantFrom('rollback' as const, 'pause' as const),
    },
    { requiredKeys: [] },
  );

const common = {
  ...containerFields,
  namespace: label,
  runtime: fc.constant('docker' as const),
  image: fc.constantFrom('nginx', 'nginx:1.21', `localhost:5000/team/app@sha256:${'ab'.repeat(32)}`),
  labels: record(fc.oneof(word, special), fc.string()),
  secrets: record(
    fc.oneof(word, special),
    fc.oneof(
      fc.string().map((text) => text.replaceAll('\0', '')),
      fc.constantFrom({ secretRef: 'db' }, { secretRef: 'api-key' }),
    ),
  ),
  volumes: several(volumeAt),
  command: fc.array(fc.constantFrom('sh', '-c', '', 'echo "hi"')),
  entrypoint: fc.array(fc.constantFrom('/bin/sh', '-c')),
  user: fc.constantFrom('1000', 'app:app'),
  workdir: fc.constantFrom('/', '/app'),
  resources: fc.record({ limits: limit, requests: request }, { requiredKeys: [] }),
  stop_signal: fc.constantFrom('SIGTERM', 'QUIT', '9', 'SIGRTMIN+3'),
  stop_grace: fc.constantFrom(0, 10, 0.5, '1500ms', '90s', '1h'),
  image_pull_policy: fc.constantFrom('IfNotPresent' as const, 'Always' as const, 'Never' as const),
  depends_on: fc.constantFrom<NonNullable<DeploymentDraft['depends_on']>>(
    [],
    [{ name: 'a-dependency-of-it' }],
    [
      { name: 'a-dependency-of-it', condition: 'healthy' },
      { name: 'another-one-of-it', condition: 'completed' },
    ],
  ),
  registry_credentials: fc.record(
    { username: word, password: fc.string(), server: word },
    { requiredKeys: ['username', 'password'] },
  ),
};

const checkTerms = {
  interval: fc.constantFrom(5, '10s', '1h'),
  timeout: fc.constantFrom(0.5, '1s', '5s'),
  start_period: fc.constantFrom(0, '30s'),
  threshold: fc.integer({ min: 1, max: 100 }),
  success_threshold: fc.integer({ min: 1, max: 100 }),
  on_failure: fc.constantFrom('restart' as const, 'alert' as const, 'none' as const),
  readiness: fc.boolean(),
};
const tcpPort = fc.integer({ min: 1, max: 65535 });

const healthCheck = fc.oneof(
  fc.record(
    {
      ...checkTerms,
      type: fc.constant('http' as const),
      port: tcpPort,
      path: fc.constantFrom('/', '/healthz?a=1'),
      headers: fc.constantFrom({}, { host: 'a', Accept: '' }, { Accept: '*/*', 'X-A': '1' }),
    },
    { requiredKeys: ['type', 'port'] },
  ),
  fc.record(
    { ...checkTerms, type: fc.constant('tcp' as const), port: tcpPort },
    { requiredKeys: ['type', 'port'] },
  ),
  fc.record(
    {
      ...checkTerms,
      type: fc.constant('command' as const),
      command: fc.array(fc.constantFrom('true', '-x', ''), { minLength: 1, maxLength: 3 }),
    },
    { requiredKeys: ['type', 'command'] },
  ),
);

const worker = fc.record(
  {
    ...common,
    name: label,
    kind: fc.constant('worker' as const),
    replicas: fc.integer({ min: 0, max: 1000 }),
    restart_policy: fc.constantFrom('always' as const, 'on-failure' as const, 'never' as const),
    on_secret_change: fc.constantFrom('rollout' as const, 'none' as const),
    on_config_change: fc.constantFrom('rollout' as const, 'none' as const),
    health_checks: fc.array(healthCheck, { maxLength: 3 }),
    update: update('start-first', 'stop-first'),
  },
  { requiredKeys: ['name', 'image'] },
);

const onHost = fc.record(
  { ...common, ...hostFields, name: label, update: update('start-first', 'stop-first') },
  { requiredKeys: ['name', 'image', 'network_mode', 'cap_drop', 'sysctls'] },
);

const published = fc.record(
  {
    ...common,
    name: label,
    replicas: fc.integer({ min: 0, max: 1 }),
    ports: several(portAt),
    update: update('stop-first'),
  },
  { requiredKeys: ['name', 'image', 'ports'] },
);

const job = fc.record(
  {
    ...common,
    name: label,
    kind: fc.constant('job' as const),
    replicas: fc.integer({ min: 1, max: 5 }),
    restart_policy: fc.constant('never' as const),
  },
  { requiredKeys: ['name', 'image', 'kind'] },
);

/** Drafts that declare something: workers, also published or on the host's network, and jobs; every field in each of its forms. */
export const validDrafts: fc.Arbitrary<DeploymentDraft> = fc.oneof(worker, published, onHost, job);

const anything = fc.oneof(fc.string(), odd, fc.constantFrom('/a', 'a:/b', '80:80', '1:2', '10s', '64m'));
const amount = fc.oneof(anything, fc.double());

/** Drafts of the right types whose texts and numbers are anything at all. */
export const wildDrafts: fc.Arbitrary<DeploymentDraft> = fc.record(
  {
    name: anything,
    namespace: anything,
    kind: fc.constantFrom('worker' as const, 'job' as const),
    replicas: fc.integer(),
    image: anything,
    labels: record(fc.oneof(odd, fc.string()), fc.string()),
    secrets: record(fc.oneof(odd, fc.string()), fc.string()),
    environment: record(fc.oneof(odd, fc.string()), fc.string()),
    volumes: fc.array(
      fc.oneof(
        anything,
        fc.record(
          {
            type: fc.constantFrom(
              'bind' as const,
              'volume' as const,
              'tmpfs' as const,
              'config' as const,
              'secret' as const,
            ),
            source: anything,
            destination: anything,
            key: anything,
          },
          { requiredKeys: ['destination'] },
        ),
      ),
    ),
    ports: fc.array(
      fc.oneof(
        anything,
        fc.record(
          { published: fc.integer(), target: fc.integer(), host_ip: anything },
          { requiredKeys: ['published', 'target'] },
        ),
      ),
    ),
    ...wildContainerFields,
    command: fc.array(anything),
    entrypoint: fc.array(anything),
    user: anything,
    workdir: anything,
    resources: fc.record({
      limits: fc.record({ cpu: amount, memory: amount }, { requiredKeys: [] }),
      requests: fc.record({ cpu: amount, memory: amount }, { requiredKeys: [] }),
    }),
    restart_policy: fc.constantFrom('always' as const, 'on-failure' as const, 'never' as const),
    stop_grace: amount,
    update: fc.record(
      { min_healthy_time: amount, drain_delay: amount, deadline: amount },
      { requiredKeys: [] },
    ),
  },
  { requiredKeys: ['name', 'image'] },
);
