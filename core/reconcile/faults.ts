/**
 * Decides what a refusal by the engine means for a deployment's status. What is remembered of it is decided in
 * execute/outcome.ts.
 */
import type { Status } from '../deployment/status.ts';
import { RingError } from '../errors.ts';
import { RuntimeError, type RuntimeErrorKind } from '../runtime-error.ts';
import type { Fault } from './memory.ts';
import type { ActionKind } from './plan/actions.ts';

const statusOf: { readonly [Kind in RuntimeErrorKind]: Status } = {
  unavailable: 'error',
  image_not_found: 'image_pull_back_off',
  image_denied: 'image_pull_back_off',
  image_rate_limited: 'image_pull_back_off',
  image_unreachable: 'image_pull_back_off',
  image_gone: 'image_pull_back_off',
  name_taken: 'create_container_error',
  command: 'create_container_error',
  port_taken: 'network_error',
  network_gone: 'network_error',
  network: 'network_error',
  file_system: 'file_system_error',
  resources: 'insufficient_resources',
  config: 'config_error',
  missing: 'error',
  other: 'error',
};

/** Kinds of errors that do not speak against the declaration: another try may succeed. */
const mayPass: ReadonlySet<RuntimeErrorKind> = new Set([
  'unavailable',
  'image_rate_limited',
  'image_unreachable',
  'missing',
]);

/**
 * The fault shown for an error of an action of this kind (undefined: the error of something else). The text of an error
 * that is neither a RuntimeError nor a RingError is not shown.
 */
export function faultOf(error: unknown, step?: ActionKind): Fault {
  if (error instanceof RuntimeError) {
    const fault = { status: statusOf[error.kind], reason: error.message };
    if (error.kind === 'network_gone') return { ...fault, networkLost: true };
    if (error.kind === 'network' && step === 'startInstance') return { ...fault, joinRefused: true };
    return mayPass.has(error.kind) ? { ...fault, passing: true } : fault;
  }
  if (error instanceof RingError) {
    // The vault reports INTERNAL for secrets that were sealed with another key.
    return { status: error.code === 'INTERNAL' ? 'config_error' : 'error', reason: error.message };
  }
  return { status: 'error', reason: 'An unexpected error; the log of Ring has the details' };
}
