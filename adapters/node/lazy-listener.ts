/**
 * A request listener that is loaded when it is first needed: a server listens sooner, and who only reconciles never
 * pays for it. How requests are answered is listener.ts's matter.
 */
import type { Log } from '../../core/ports.ts';
import type { NodeListener } from './listener.ts';

/** A listener that may not be there yet. */
export interface LazyListener {
  /** Answers as soon as it is loaded; a connection is cut when that fails. */
  readonly listen: NodeListener;
  /** Begins to load, so that the first request need not wait. */
  load(): void;
}

/** Loads once, with the first request or before. */
export const makeLazyListener = (open: () => Promise<NodeListener>, log: Log): LazyListener => {
  let listener: NodeListener | null = null;
  let opening: Promise<NodeListener> | null = null;
  const opened = async () => {
    opening ??= open();
    listener = await opening;
    return listener;
  };
  const failed = (error: unknown) => log.error('The request handlers could not be loaded', { error });
  return {
    listen(request, response) {
      if (listener) return listener(request, response);
      opened().then(
        (loaded) => loaded(request, response),
        (error: unknown) => {
          failed(error);
          response.destroy();
        },
      );
    },
    load() {
      opened().catch(failed);
    },
  };
};
