/**
 * Generators of manifests for property tests. They use few names, so that a manifest meets the objects of the one
 * before; some are refused.
 */
import fc from 'fast-check';
import type { Manifest, Manifests } from '../../core/manifest/manifest.ts';

const namespace = fc.constantFrom('default', 'default', 'default', 'tools');
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined, freq: 3 });

/** An object whose keys are some of these names. */
const some = <T>(names: readonly string[], value: fc.Arbitrary<T>): fc.Arbitrary<Record<string, T>> =>
  fc
    .tuple(fc.subarray([...names]), fc.array(value, { minLength: names.length, maxLength: names.length }))
    .map(([chosen, values]) =>
      Object.fromEntries(
        chosen.flatMap((name, index) => {
          const given = values[index];
          return given === undefined ? [] : [[name, given] as const];
        }),
      ),
    );

/** Left out where nothing is chosen, so that nothing is `undefined`, which no JSON is. */
const tidy = <T extends object>(value: T): T => JSON.parse(JSON.stringify(value));

const reference = fc.constantFrom('plain', { secretRef: 'one' }, { secretRef: 'two' });

const mounts = fc.subarray([
  { type: 'config' as const, source: 'app', destination: '/app' },
  { type: 'config' as const, source: 'keyed', key: 'a', destination: '/keyed' },
  { type: 'secret' as const, source: 'one', destination: '/one' },
]);

/** Where another one waits for it in turn, only now and then: circles are refused. */
const worker = (others: readonly string[]) =>
  fc.record({
    namespace: maybe(namespace),
    image: fc.constantFrom('app:1', 'app:2'),
    replicas: maybe(fc.integer({ min: 0, max: 3 })),
    labels: maybe(fc.constantFrom({ app: 'x' }, { app: 'y' })),
    environment: maybe(some(['A', 'B'], reference)),
    volumes: maybe(mounts),
    image_pull_policy: maybe(fc.constantFrom('Always' as const, 'IfNotPresent' as const)),
    on_secret_change: maybe(fc.constantFrom('none' as const, 'rollout' as const)),
    depends_on: maybe(fc.subarray(others.map((name) => ({ name })))),
  });

const published = fc.record({
  namespace: maybe(namespace),
  image: fc.constantFrom('app:1', 'app:2'),
  ports: fc.subarray(['8001:80', '8002:80'], { minLength: 1 }),
  update: fc.constant({ order: 'stop-first' as const }),
});

const job = fc.record({
  namespace: maybe(namespace),
  kind: fc.constant('job' as const),
  image: fc.constantFrom('app:1', 'app:2'),
  schedule: maybe(fc.constantFrom('0 3 * * *', '0 4 * * *')),
  environment: maybe(some(['A'], reference)),
});

/** Those that are always there come with it, in both namespaces. */
const inputs: Pick<Manifest, 'configs' | 'secrets'> = {
  configs: { app: { data: 'text' }, keyed: { data: { a: 1 } } },
  secrets: { one: { value: '1' }, two: { value: '1' } },
};

/** What nearly all that is declared refers to. */
export const groundwork: Manifests = [inputs, { ...inputs, namespace: 'tools' }];

const deployments = fc
  .record({
    web: maybe(worker(['api'])),
    api: maybe(fc.oneof({ weight: 5, arbitrary: worker([]) }, { weight: 1, arbitrary: worker(['web']) })),
    front: maybe(fc.oneof(worker(['web', 'api']), published)),
    edge: maybe(published),
    batch: maybe(job),
  })
  .map((given) => tidy(given));

/** Whatever stands in it is of the wire's types; what it refers to may be missing, and what it names may clash. */
const anyManifest: fc.Arbitrary<Manifest> = fc
  .record({
    namespace: maybe(namespace),
    labels: maybe(fc.constant({ stack: 'all' })),
    namespaces: maybe(fc.subarray(['default', 'tools', 'spare'])),
    configs: maybe(
      some(
        ['app', 'keyed'],
        fc.record({
          data: fc.constantFrom<string | Record<string, unknown>>({ a: 1 }, { a: 2 }, { a: 3, b: 1 }, 'text'),
        }),
      ),
    ),
    secrets: maybe(some(['one', 'two'], fc.record({ value: fc.constantFrom('1', '2', '3') }))),
    deployments: maybe(deployments),
  })
  .map((given) => tidy<object>(given));

/** One document, or two. */
export const anyManifests: fc.Arbitrary<Manifests> = fc.oneof(
  { weight: 4, arbitrary: anyManifest },
  { weight: 1, arbitrary: fc.array(anyManifest, { minLength: 1, maxLength: 2 }) },
);
