/** On what terms things are declared in a life that a seed decides. */
import type { DeploymentDraft } from '../../core/deployment/draft.ts';
import type { Random } from './random.ts';

const readiness = { type: 'http', port: 80, path: '/', readiness: true } as const;
const quick = { min_healthy_time: '2s', drain_delay: '1s', deadline: '60s' } as const;

/** Some need no network of their own. */
const networkOf = (random: Random): Partial<DeploymentDraft> =>
  random.below(6) === 0 ? { network_mode: 'host' } : {};

/** What some wait for, and whoever brings calm sees to. */
export const base = 'base';

const dependenciesOf = (random: Random): Partial<DeploymentDraft> => {
  const condition = random.pick(['started', 'healthy'] as const) ?? 'started';
  return random.below(5) === 0 ? { depends_on: [{ name: base, condition }] } : {};
};

/** How a worker is checked and rolled out, what it waits for, and where it is. */
export function termsOf(random: Random): Partial<DeploymentDraft> {
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
    ...networkOf(random),
    ...dependenciesOf(random),
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
    ...(timeout === undefined ? {} : { timeout }),
    ...(parallelism === undefined ? {} : { parallelism }),
    ...(ttl === undefined ? {} : { ttl_after_finished: ttl }),
    ...networkOf(random),
    ...dependenciesOf(random),
  };
}
