/**
 * The connection to one engine: negotiates the API version on connecting and again after the connection was lost. Other
 * files decide which calls to make.
 */
import { Readable } from 'node:stream';
import type Docker from 'dockerode';
import { makeAgent } from './agent.ts';
import { abortSoon, makeDeadlines } from './deadline.ts';
import { EngineError, toEngineError } from './engine-error.ts';

/** Where an engine listens. */
export type EngineAddress =
  | { readonly socketPath: string }
  | {
      readonly host: string;
      readonly port: number;
      readonly protocol: 'http' | 'https';
      readonly ca?: string | Buffer | undefined;
      readonly cert?: string | Buffer | undefined;
      readonly key?: string | Buffer | undefined;
    };

/** The facts that an engine reported when it was connected to. */
export interface EngineFacts {
  readonly version: string;
  /** The API version spoken with it. */
  readonly apiVersion: string;
  /** The engine's default log driver. */
  readonly logDriver: string;
}

/** One engine, connected to on first use. All calls reject with EngineError. */
export interface Engine {
  /** Runs one call within the deadline (ms; the connection's own by default). */
  call<T>(work: (docker: Docker, signal: AbortSignal) => Promise<T>, timeoutMs?: number): Promise<T>;
  /** Returns the response to a plain GET within the deadline. */
  get(path: string): Promise<unknown>;
  /** Opens a stream by GET. The deadline applies until the response begins; the signal ends the stream. */
  open(path: string, query: Readonly<Record<string, unknown>>, signal: AbortSignal): Promise<Readable>;
  /** Registers a stream that ends with the connection; an error of the stream affects only the stream. */
  keep<Kind extends Readable>(stream: Kind): Kind;
  /** Returns the facts that the engine reported; connects if necessary. */
  facts(): Promise<EngineFacts>;
  /** Returns a number that increases with every new connection. */
  epoch(): number;
  close(): void;
}

interface Session {
  readonly docker: Docker;
  readonly facts: EngineFacts;
}

/**
 * The newest API version that Ring needs, which the newest engines still support, and the oldest one that it supports.
 */
const apiVersions = { oldest: '1.41', newest: '1.44' } as const;

const order = (version: string): number => {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major * 1000 + minor;
};

/** Returns the API version to use with an engine; throws a message for the operator when there is none. */
export const negotiate = (engine: { readonly newest: string; readonly oldest: string }): string => {
  const { oldest, newest } = apiVersions;
  if (!(order(engine.newest) >= order(oldest) && order(engine.oldest) <= order(newest))) {
    throw new EngineError(
      null,
      `this engine speaks API ${engine.oldest} to ${engine.newest}, Ring needs one that speaks ${oldest} to ${newest} (Docker 20.10 or newer)`,
    );
  }
  return order(engine.newest) < order(newest) ? engine.newest : newest;
};

const connectionOf = (address: EngineAddress): Docker.DockerOptions =>
  'socketPath' in address
    ? { ...unsaid('http'), socketPath: address.socketPath, protocol: 'http' }
    : { ...unsaid(address.protocol), ...address };

// Every option is set, even to undefined: the library would otherwise fill in the missing ones from environment
// variables.
const unsaid = (protocol: 'http' | 'https') => ({
  socketPath: undefined,
  host: undefined,
  port: undefined,
  pathPrefix: undefined,
  timeout: undefined,
  ca: undefined,
  cert: undefined,
  key: undefined,
  username: undefined,
  // The library's types do not declare this option.
  agent: makeAgent(protocol),
});

/** Makes a connection that is opened by the first call. */
export const makeEngine = (address: EngineAddress, callTimeoutMs: number): Engine => {
  const deadlines = makeDeadlines();
  const connection = connectionOf(address);
  let session: Promise<Session> | null = null;
  const streams = new Set<Readable>();
  let epoch = 0;

  const keep = <Kind extends Readable>(stream: Kind): Kind => {
    // A reader receives the error through its iteration; without a reader it must not end the process.
    stream.on('error', () => undefined);
    stream.once('close', () => streams.delete(stream));
    streams.add(stream);
    return stream;
  };

  const handshake = async (): Promise<Session> => {
    const { default: Client } = await import('dockerode');
    const plain = new Client(connection);
    const version = await deadlines.within(callTimeoutMs, (signal) => ask(plain, '/version', signal));
    const apiVersion = negotiate({
      newest: textOf(version, 'ApiVersion'),
      oldest: textOf(version, 'MinAPIVersion'),
    });
    const docker = new Client({ ...connection, version: `v${apiVersion}` });
    const info = await deadlines.within(callTimeoutMs, (signal) => ask(docker, '/info', signal));
    epoch++;
    const facts = {
      version: textOf(version, 'Version'),
      apiVersion,
      logDriver: textOf(info, 'LoggingDriver'),
    };
    return { docker, facts };
  };

  const connected = (): Promise<Session> => {
    if (session) return session;
    const opening = handshake();
    session = opening;
    opening.catch(() => lose(opening));
    return opening;
  };

  const lose = (lost: Promise<Session>): void => {
    if (session === lost) session = null;
  };

  const on = async <T>(work: (docker: Docker) => Promise<T>): Promise<T> => {
    const current = connected();
    try {
      return await work((await current).docker);
    } catch (error) {
      const failure = toEngineError(error);
      // The next engine to answer may be a different one, so its version has to be requested again.
      if (failure.status === null) lose(current);
      throw failure;
    }
  };

  return {
    call: (work, timeoutMs = callTimeoutMs) =>
      on((docker) => deadlines.within(timeoutMs, (signal) => work(docker, signal))),
    get: (path) => on((docker) => deadlines.within(callTimeoutMs, (signal) => ask(docker, path, signal))),
    open: (path, query, signal) =>
      on(async (docker) =>
        keep(
          await deadlines.within(callTimeoutMs, (deadline) =>
            openStream(docker, { path, query, signal, deadline }),
          ),
        ),
      ),
    keep,
    facts: () => on(async () => (await connected()).facts),
    epoch: () => epoch,
    close() {
      deadlines.close();
      for (const stream of streams) stream.destroy();
    },
  };
};

const textOf = (answer: unknown, key: string): string => {
  const value: unknown = typeof answer === 'object' && answer !== null ? Reflect.get(answer, key) : undefined;
  return typeof value === 'string' ? value : '';
};

// The library's own version() and info() cannot be aborted.
const ask = (docker: Docker, path: string, abortSignal: AbortSignal): Promise<unknown> =>
  new Promise((resolve, reject) => {
    docker.modem.dial({ path, method: 'GET', abortSignal, statusCodes: { 200: true } }, (error, answer) =>
      error ? reject(error) : resolve(answer),
    );
  });

interface StreamRequest {
  readonly path: string;
  readonly query: Readonly<Record<string, unknown>>;
  readonly signal: AbortSignal;
  readonly deadline: AbortSignal;
}

const openStream = (docker: Docker, { path, query, signal, deadline }: StreamRequest): Promise<Readable> =>
  new Promise((resolve, reject) => {
    const opening = new AbortController();
    const abort = () => abortSoon(opening);
    signal.addEventListener('abort', abort, { once: true });
    deadline.addEventListener('abort', abort, { once: true });
    if (signal.aborted) abort();
    const opened = (): void => {
      signal.removeEventListener('abort', abort);
      deadline.removeEventListener('abort', abort);
    };
    docker.modem.dial(
      {
        path: `${path}?`,
        method: 'GET',
        options: { ...query },
        abortSignal: opening.signal,
        isStream: true,
        statusCodes: { 200: true },
      },
      (error, stream) => {
        opened();
        if (error || !(stream instanceof Readable))
          reject(error ?? new EngineError(null, 'the answer is no stream'));
        else resolve(endWith(stream, signal));
      },
    );
  });

// Destroyed without an error: an error would reach the socket while it changes hands, when nothing listens for it.
const endWith = (stream: Readable, signal: AbortSignal): Readable => {
  const end = () => void stream.destroy();
  stream.once('close', () => signal.removeEventListener('abort', end));
  signal.addEventListener('abort', end, { once: true });
  if (signal.aborted) end();
  return stream;
};
