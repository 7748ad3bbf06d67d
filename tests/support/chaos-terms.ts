/** Generates the specs of the deployments declared in a random scenario. */
import type { DeploymentDraft } from '../../core/deployment/spec/draft.ts';
import type { Random } from './random.ts';

const readiness = { type: 'http', port: 80, path: '/', readiness: true } as const;
const quick = { min_healthy_time: '2s', drain_delay: '1s', deadline: '60s' } as const;

/** Some need no network of their own. */
const networkOf = (random: Random): Partial<DeploymentDraft> =>
  random.below(6) === 0 ? { network_mode: 'host' } : {};

/** Where most is declared. */
export const home = 'default';

/** Where some workers are, and what is deleted as a whole. */
export const abroad = 'abroad';

/** What some at home wait for, and whoever brings calm sees to. */
export const base = 'base';

const dependenciesOf = (random: Random): Partial<DeploymentDraft> => {
  const condition = random.pick(['started', 'healthy'] as const) ?? 'started';
  return random.below(5) === 0 ? { depends_on: [{ name: base, condition }] } : {};
};

/** What lives in a namespace and may be given to containers there. */
export const inputs = { config: 'level', secret: 'token' } as const;

/** Some are given a config as a file, or a secret as a file and in their environment. */
const inputsOf = (random: Random): Partial<DeploymentDraft> => {
  const { config, secret } = inputs;
  const level = { type: 'config' as const, source: config, destination: '/level' };
  const token = { type: 'secret' as const, source: secret, destination: '/token' };
  const given: readonly Partial<DeploymentDraft>[] = [
    {},
    {},
    { volumes: [level] },
    { volumes: [token], secrets: { TOKEN: { secretRef: secret } } },
    { volumes: [level, token], on_config_change: 'none' },
  ];
  return random.pick(given) ?? {};
};

/** Takes nearly all the memory of the host; whoever brings calm removes it. */
export const hog = { name: 'hog', resources: { requests: { memory: '7900m' } } } as const;

/** What all others request fits beside each other, in the midst of rollouts too, and not beside the hog. */
const memoryOf = (random: Random): Partial<DeploymentDraft> =>
  random.below(4) === 0 ? { resources: { requests: { memory: '150m' } } } : {};

/** Some jobs are due every twenty seconds; without bounds those that may run side by side would pile up. */
const scheduleOf = (random: Random): Partial<DeploymentDraft> =>
  random.below(3) === 0
    ? {
        schedule: '*/20 * * * * *',
        concurrency: random.pick(['forbid', 'replace'] as const) ?? 'forbid',
        catch_up: random.pick(['none', 'last'] as const) ?? 'none',
      }
    : {};

/** How a worker is checked and rolled out, what it waits for, what it is given, and where it is. */
export function termsOf(random: Random, namespace: string): Partial<DeploymentDraft> {
  const on_failure = random.pick(['restart', 'none'] as const) ?? 'none';
  const parallelism = random.pick([undefined, 1, 2, 3]);
  const update = {
    ...quick,
    ...(parallelism === undefined ? {} : { parallelism }),
    ...(random.below(4) === 0 ? { order: 'stop-first' as const } : {}),
    ...(random.below(4) === 0 ? { on_failure: 'pause' as const } : {}),
  };
  return {
    update,
    ...(random.below(2) === 0 ? { health_checks: [{ ...readiness, on_failure }] } : {}),
    ...inputsOf(random),
    ...memoryOf(random),
    ...networkOf(random),
    ...(namespace === home ? dependenciesOf(random) : {}),
  };
}

/** How a job is run. */
export function jobTermsOf(random: Random): Partial<DeploymentDraft> {
  const timeout = random.pick([undefined, undefined, '15s', '5m']);
  const parallelism = random.pick([undefined, 1, 2]);
  const ttl = random.pick([undefined, undefined, '30s']);
  return {
    retries: random.below(3),
    history: 1 + random.below(3),
    concurrency: random.pick(['forbid', 'allow', 'replace'] as const) ?? 'forbid',
    ...scheduleOf(random),
    ...(timeout === undefined ? {} : { timeout }),
    ...(parallelism === undefined ? {} : { parallelism }),
    ...(ttl === undefined ? {} : { ttl_after_finished: ttl }),
    ...networkOf(random),
    ...dependenciesOf(random),
  };
}
