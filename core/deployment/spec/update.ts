/**
 * The rollout settings of a deployment: the wire schema of `update`, its normal form and defaults.
 * core/reconcile/rollout.ts decides the steps that follow from it.
 */

import * as v from 'valibot';
import type { Say } from '../../errors.ts';
import { formatDuration, parseDuration } from './quantity.ts';

const count = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(1000));
const duration = v.union([v.number(), v.string()]);

/** The rollout settings as a client sends them. */
export const UpdateDraft = v.strictObject({
  order: v.optional(v.picklist(['start-first', 'stop-first'])),
  parallelism: v.optional(count),
  max_surge: v.optional(count),
  min_healthy_time: v.optional(duration),
  drain_delay: v.optional(duration),
  deadline: v.optional(duration),
  on_failure: v.optional(v.picklist(['rollback', 'pause'])),
});
/** See the schema of this name. */
export interface UpdateDraft extends v.InferInput<typeof UpdateDraft> {}

/** The rollout settings as the API shows them; null where Ring decides. */
export const UpdateView = v.object({
  order: v.nullable(v.picklist(['start-first', 'stop-first'])),
  parallelism: v.nullable(v.number()),
  max_surge: v.nullable(v.number()),
  min_healthy_time: v.string(),
  drain_delay: v.string(),
  deadline: v.string(),
  on_failure: v.picklist(['rollback', 'pause']),
});
/** See the schema of this name. */
export interface UpdateView extends v.InferOutput<typeof UpdateView> {}

/** The rollout settings. Times in ms. */
export interface UpdatePolicy {
  /** null: start first, unless something that only one instance can hold requires stop-first. */
  readonly order: 'start-first' | 'stop-first' | null;
  /** The number of replicas replaced at once; null for a quarter of them, at least one, or one with stop-first. */
  readonly parallelism: number | null;
  /** The number of instances beyond the replicas while new ones start beside old ones; null for the parallelism. */
  readonly maxSurge: number | null;
  /** How long a new instance must be up and ready before it replaces the old one. */
  readonly minHealthyMs: number;
  /** How long an old instance keeps running after new traffic stops, to finish open connections. */
  readonly drainDelayMs: number;
  /** How long a rollout may go without progress of a replica before it fails. */
  readonly deadlineMs: number;
  readonly onFailure: 'rollback' | 'pause';
}

/** The rollout settings of a deployment that declares none. */
export const defaultUpdate: UpdatePolicy = {
  order: null,
  parallelism: null,
  maxSurge: null,
  minHealthyMs: 5_000,
  drainDelayMs: 2_000,
  deadlineMs: 600_000,
  onFailure: 'rollback',
};

const hourMs = 3_600_000;

const bounds = {
  min_healthy_time: { leastMs: 0, mostMs: hourMs, words: 'up to 1h' },
  drain_delay: { leastMs: 0, mostMs: 600_000, words: 'up to 10m' },
  deadline: { leastMs: 1000, mostMs: 24 * hourMs, words: 'from 1s to 24h' },
} as const;

/** Returns the settings in normal form, with the default for missing or faulty ones; reports every fault. */
export function parseUpdate(draft: UpdateDraft = {}, say: Say): UpdatePolicy {
  const time = (field: keyof typeof bounds, otherwise: number): number => {
    const given = draft[field];
    if (given === undefined) return otherwise;
    const ms = parseDuration(given);
    const { leastMs, mostMs, words } = bounds[field];
    if (ms !== null && ms >= leastMs && ms <= mostMs) return ms;
    say(`/update/${field}`, `must be a duration ${words} such as "30s", or a number of seconds`);
    return otherwise;
  };
  const policy: UpdatePolicy = {
    order: draft.order ?? null,
    parallelism: draft.parallelism ?? null,
    maxSurge: draft.max_surge ?? null,
    minHealthyMs: time('min_healthy_time', defaultUpdate.minHealthyMs),
    drainDelayMs: time('drain_delay', defaultUpdate.drainDelayMs),
    deadlineMs: time('deadline', defaultUpdate.deadlineMs),
    onFailure: draft.on_failure ?? defaultUpdate.onFailure,
  };
  checkDeadline(policy, draft, say);
  return policy;
}

/** Reports the field that was given, since the other may be a default. */
function checkDeadline({ minHealthyMs, deadlineMs }: UpdatePolicy, draft: UpdateDraft, say: Say): void {
  if (deadlineMs > minHealthyMs) return;
  if (draft.deadline === undefined) {
    say('/update/min_healthy_time', `must be shorter than the deadline (${formatDuration(deadlineMs)})`);
  } else {
    say('/update/deadline', `must be longer than min_healthy_time (${formatDuration(minHealthyMs)})`);
  }
}

/** Returns the draft that parses to these settings. */
export const updateDraft = (policy: UpdatePolicy): UpdateDraft => ({
  order: policy.order ?? undefined,
  parallelism: policy.parallelism ?? undefined,
  max_surge: policy.maxSurge ?? undefined,
  ...timesOf(policy),
  on_failure: policy.onFailure,
});

/** Returns the settings as the API shows them. */
export const updateView = (policy: UpdatePolicy): UpdateView => ({
  order: policy.order,
  parallelism: policy.parallelism,
  max_surge: policy.maxSurge,
  ...timesOf(policy),
  on_failure: policy.onFailure,
});

const timesOf = ({ minHealthyMs, drainDelayMs, deadlineMs }: UpdatePolicy) => ({
  min_healthy_time: formatDuration(minHealthyMs),
  drain_delay: formatDuration(drainDelayMs),
  deadline: formatDuration(deadlineMs),
});
