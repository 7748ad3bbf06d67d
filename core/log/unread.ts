/** When a container's log cannot be read, and trying again would change nothing. */
import { RuntimeError } from '../runtime.ts';

/** Whether a refusal means that there is nothing to read: the container is gone, or its log driver keeps nothing. */
export const hasNothingToRead = (error: unknown): boolean =>
  error instanceof RuntimeError && (error.kind === 'missing' || error.kind === 'config');
