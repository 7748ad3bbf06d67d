/** The port that asks instances from outside. What an answer means is decided in ask.ts. */
import type { AbortSignalLike } from '../runtime.ts';

/** A connection to an instance: straight to its address, by no proxy and no name. */
export interface TcpProbe {
  /** An IP address. */
  readonly address: string;
  readonly port: number;
  /** For all of it, whatever the other side does. */
  readonly timeoutMs: number;
  readonly signal: AbortSignalLike;
}

/** A GET request to an instance. */
export interface HttpProbe extends TcpProbe {
  readonly path: string;
  /** The host it asks for, unless a header names another. */
  readonly host: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** Asks instances from outside. Rejects with an Error that says in plain words why there was no answer. */
export interface Probes {
  /** The status, and the beginning of the body as text, at most 4 KB. Redirects are not followed. */
  http(probe: HttpProbe): Promise<{ readonly status: number; readonly body: string }>;
  /** Resolves when the connection was accepted, and closes it. */
  tcp(probe: TcpProbe): Promise<void>;
}
