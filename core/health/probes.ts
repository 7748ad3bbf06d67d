/** The port that reaches instances from outside. What an answer means is decided in ask.ts. */
import type { AbortSignalLike } from '../runtime.ts';

/** A connection to an instance: directly to its address, without a proxy or name resolution. */
export interface TcpProbe {
  /** An IP address. */
  readonly address: string;
  readonly port: number;
  /** The bound for the whole probe, whatever the other side does, ms. */
  readonly timeoutMs: number;
  readonly signal: AbortSignalLike;
}

/** A GET request to an instance. */
export interface HttpProbe extends TcpProbe {
  readonly path: string;
  /** The value of the Host header, unless `headers` sets another. */
  readonly host: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** Reaches instances from outside. Rejects with an Error whose message says in plain words why there was no answer. */
export interface Probes {
  /**
   * Sends a GET request; returns the status, and the beginning of the body as text, at most 4 KB. Redirects are not
   * followed.
   */
  http(probe: HttpProbe): Promise<{ readonly status: number; readonly body: string }>;
  /** Resolves when the connection is accepted, and closes it. */
  tcp(probe: TcpProbe): Promise<void>;
}
