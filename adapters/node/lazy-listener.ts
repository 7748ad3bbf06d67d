/**
 * A request listener that is loaded when it is first needed: a server listens sooner, and a process that only
 * reconciles never loads it. listener.ts answers the requests.
 */
import type { Log } from '../../core/ports.ts';
import type { NodeListener } from './listener.ts';

/** A listener that may not be loaded yet. */
export interface LazyListener {
  /** Answers as soon as the listener is loaded; the connection is cut when loading fails. */
  readonly listen: NodeListener;
  /** Starts loading, so that the first request does not have to wait. */
  load(): void;
}

/** Makes a listener that is loaded once, by the first request or before. */
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
