/** Converts the resource and rollout settings of Compose and Swarm: `deploy`, and the older fields of a service. */
import {
  compact,
  type Fields,
  listOf,
  makeFields,
  numberOf,
  recordOf,
  type Say,
  textOf,
  textsOf,
} from './fields.ts';
import { durationMs, durationText } from './texts.ts';

/** The result of converting a service's `deploy` and older fields. */
export interface Amounts {
  readonly fields: Readonly<Record<string, unknown>>;
  /** The condition of `deploy.restart_policy`, if any. */
  readonly restart: string | undefined;
  readonly isJob: boolean;
}

/** Converts `deploy`, `scale`, and the fields about memory, CPUs and processes. */
export function amountsOf(service: Fields, say: Say): Amounts {
  const deploy = makeFields(service.take('deploy'));
  const note: Say = (key, message) => say(`deploy.${key}`, message);
  const resources = recordOf(deploy.take('resources'));
  const limits = makeFields(resources.limits);
  const reservations = makeFields(resources.reservations);
  const mode = textOf(deploy.take('mode')) ?? 'replicated';
  if (mode.startsWith('global')) note('mode', 'global: Ring has one machine, so replicas count');
  const restart = makeFields(deploy.take('restart_policy'));
  const condition = textOf(restart.take('condition'));
  const fields = compact({
    replicas: numberOf(deploy.take('replicas') ?? service.take('scale')),
    resources: compact({
      limits: compact({
        cpu: amount(limits.take('cpus') ?? service.take('cpus')),
        memory: amount(limits.take('memory') ?? service.take('mem_limit')),
      }),
      requests: compact({
        cpu: amount(reservations.take('cpus')),
        memory: amount(reservations.take('memory') ?? service.take('mem_reservation')),
      }),
    }),
    pids_limit: numberOf(limits.take('pids') ?? service.take('pids_limit')),
    gpus: gpusOf(reservations.take('devices'), service.take('gpus'), note),
    update: updateOf(deploy.take('update_config'), note),
  });
  const nested = {
    restart_policy: restart,
    'resources.limits': limits,
    'resources.reservations': reservations,
  };
  for (const [at, rest] of Object.entries(nested)) {
    for (const key of rest.rest()) note(`${at}.${key}`, 'has no counterpart');
  }
  for (const key of deploy.rest()) note(key, reasons[key] ?? 'has no counterpart');
  return { fields, restart: condition, isJob: mode.endsWith('-job') };
}

const reasons: Readonly<Record<string, string>> = {
  labels: 'are of Swarm’s service: put those that belong on containers in labels',
  placement: 'Ring has one machine',
  endpoint_mode: 'names lead to every ready replica, always',
  rollback_config: 'Ring rolls back as it rolls out: see update',
};

const amount = (value: unknown): unknown => (typeof value === 'number' ? value : textOf(value));

function gpusOf(devices: unknown, gpus: unknown, say: Say): unknown {
  const wanted = listOf(devices).map(recordOf);
  const cards = wanted.filter((device) => textsOf(device.capabilities).includes('gpu'));
  if (cards.length < wanted.length)
    say('resources.reservations.devices', 'only those with the capability gpu are taken');
  const [card] = cards;
  if (card === undefined) return gpus === undefined || typeof gpus !== 'object' ? gpus : listOf(gpus)[0];
  return compact({
    count: numberOf(card.count) ?? textOf(card.count),
    device_ids: textsOf(card.device_ids),
    driver: textOf(card.driver),
    capabilities: textsOf(card.capabilities),
  });
}

function updateOf(value: unknown, say: Say): Readonly<Record<string, unknown>> {
  const update = makeFields(value);
  const action = textOf(update.take('failure_action'));
  const monitor = durationMs(update.take('monitor'));
  const parallelism = numberOf(update.take('parallelism'));
  if (parallelism === 0) say('update_config.parallelism', '0 is left out: say how many');
  if (action === 'continue') say('update_config.failure_action', 'continue: Ring rolls back or pauses');
  for (const key of ['delay', 'max_failure_ratio']) {
    if (update.take(key) !== undefined)
      say(`update_config.${key}`, 'has no counterpart: a replica follows once one holds');
  }
  return compact({
    order: textOf(update.take('order')),
    parallelism: parallelism === 0 ? undefined : parallelism,
    min_healthy_time: monitor === null ? undefined : durationText(monitor),
    on_failure: action === 'pause' || action === 'rollback' ? action : undefined,
  });
}
