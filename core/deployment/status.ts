/**
 * The statuses of a deployment, for the API, the store and the filters. core/reconcile/judge/judge.ts decides which one
 * applies.
 */
import * as v from 'valibot';

/** Every status, in the spelling of the API. */
export const statuses = [
  'pending',
  'creating',
  'running',
  'completed',
  'failed',
  'deleted',
  'unknown',
  'crash_loop_back_off',
  'image_pull_back_off',
  'create_container_error',
  'network_error',
  'config_error',
  'file_system_error',
  'insufficient_resources',
  'error',
] as const;

/** One of {@link statuses}. */
export type Status = (typeof statuses)[number];

/** Validates a status. */
export const Status: v.GenericSchema<Status> = v.picklist(statuses);
