/**
 * A server on a socket of its own that answers as a test says: what an engine says once in a thousand times, on
 * demand. What a real engine does is tested on a real one.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type DockerOptions, type DockerRuntime, openDocker } from '../../../adapters/docker/open-docker.ts';
import { silentLog } from '../../support/silent-log.ts';

/** An answer: a status and a JSON body, or a free hand (`cut` and `hang` are such). */
export type Answer =
  | { readonly status: number; readonly body: unknown }
  | ((response: ServerResponse, request: IncomingMessage) => void);

/** Answers by method and path (without the version); the first matching pattern wins. */
export type Answers = readonly (readonly [pattern: RegExp, answer: (path: string) => Answer])[];

/** An answer with a JSON body. */
export const json = (body: unknown, status = 200): Answer => ({ status, body });
/** An engine's refusal. */
export const refusal = (status: number, message: string): Answer => json({ message }, status);
/** No answer, for as long as the client waits. */
export const hang: Answer = () => undefined;
/** The connection is closed without an answer. */
export const cut: Answer = (response) => response.destroy();
/** Some bytes, and then nothing more; the connection stays. */
export const stall =
  (text: string): Answer =>
  (response) =>
    response.writeHead(200).write(text);
/** Some bytes, and then the connection breaks. */
export const breakAfter =
  (text: string): Answer =>
  (response) =>
    response.writeHead(200).write(text, () => response.destroy());
/** A stream of JSON lines to its end. */
export const ndjson =
  (...values: unknown[]): Answer =>
  (response) =>
    response.writeHead(200).end(values.map((value) => `${JSON.stringify(value)}\n`).join(''));

/** A stub and a runtime that speaks with it. */
export interface StubEngine {
  readonly runtime: DockerRuntime;
  readonly socketPath: string;
  /** Every request so far as `METHOD /path`, without version and query, those of the handshake left out. */
  readonly requests: readonly string[];
  /** The same with the API version, handshake included. */
  readonly raw: readonly string[];
  /** Answers that count before all others from now on. */
  answer(...answers: Answers): void;
}

const handshake: Answers = [
  [/^GET \/version$/, () => json({ Version: '20.10.24', ApiVersion: '1.41', MinAPIVersion: '1.12' })],
  [/^GET \/info$/, () => json({ LoggingDriver: 'json-file', Containers: 0, ContainersRunning: 0 })],
];

const send = (answer: Answer, response: ServerResponse, request: IncomingMessage): void => {
  if (typeof answer === 'function') answer(response, request);
  else {
    response.writeHead(answer.status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(answer.body));
  }
};

/** Starts a stub; it ends with the test. */
export const startStubEngine = async (
  answers: Answers,
  options: Partial<DockerOptions> = {},
): Promise<StubEngine> => {
  const folder = await mkdtemp(join(tmpdir(), 'ring-stub-'));
  const socketPath = join(folder, 'engine.sock');
  const [requests, raw]: [string[], string[]] = [[], []];
  let table: Answers = [...answers, ...handshake];
  const server = createServer((request, response) => {
    const path = (request.url ?? '').replace(/\?.*$/, '');
    raw.push(path);
    const line = `${request.method} ${path.replace(/^\/v[\d.]+/, '')}`;
    if (!handshake.some(([pattern]) => pattern.test(line))) requests.push(line);
    const [, answer] = table.find(([pattern]) => pattern.test(line)) ?? [];
    send(answer ? answer(line) : refusal(404, `page not found: ${line}`), response, request);
  });
  await new Promise<void>((resolve) => server.listen(socketPath, resolve));
  const runtime = openDocker({
    installationId: 'i1',
    address: { socketPath },
    // Enough for a machine that is busy with other tests.
    callTimeoutMs: 2000,
    log: silentLog,
    ...options,
  });
  onTestFinished(async () => {
    runtime.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await rm(folder, { recursive: true });
  });
  return {
    runtime,
    socketPath,
    requests,
    raw,
    answer(...more) {
      table = [...more, ...table];
    },
  };
};
