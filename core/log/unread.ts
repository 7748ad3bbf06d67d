/** Recognizes errors after which reading a container's log again is pointless. */
import { RuntimeError } from '../runtime-error.ts';

/** Whether an error means that there is nothing to read: the container is gone, or its log driver keeps nothing. */
export const hasNothingToRead = (error: unknown): boolean =>
  error instanceof RuntimeError && (error.kind === 'missing' || error.kind === 'config');
