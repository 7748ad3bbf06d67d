/** Provides a server on a free port, raw connections to it, and the problems that it answers with. */
import { connect } from 'node:net';
import { expect, onTestFinished } from 'vitest';
import {
  type AcceptsNames,
  type Handle,
  makeListener,
  toSocketResponse,
} from '../../adapters/node/listener.ts';
import { openServer, type ServerOptions } from '../../adapters/node/server.ts';

/** How the server differs from the usual one. */
export interface StartOptions extends Partial<ServerOptions> {
  readonly acceptsNames?: AcceptsNames;
}

/** Serves until the test ends; `said` is what was logged. */
export async function start(handle: Handle, { acceptsNames, ...options }: StartOptions = {}) {
  const said: unknown[] = [];
  const say = (message: string, fields: unknown) => void said.push(message, fields);
  const listener = makeListener(handle, { info: say, warn: say, error: say }, acceptsNames);
  const server = await openServer(listener, { host: '127.0.0.1', port: 0, ...options });
  onTestFinished(() => server.close(0));
  return { server, said, url: server.url };
}

/** A connection by hand: what it sends, what came back so far, and when it ended. */
export function dial(port: number, text: string) {
  const socket = connect(port, '127.0.0.1');
  onTestFinished(() => void socket.destroy());
  let received = '';
  socket.setEncoding('utf8').on('data', (chunk) => {
    received += chunk;
  });
  socket.on('error', () => undefined);
  socket.write(text);
  const ended = new Promise<string>((resolve) => {
    socket.once('close', () => resolve(received));
  });
  return { socket, ended, received: () => received };
}

/** The body of a whole problem, in which these members are known. */
export const aProblem = (known: { readonly status: number } & Readonly<Record<string, unknown>>) => ({
  error: expect.stringMatching(/^[A-Z]/),
  type: expect.stringMatching(/^urn:ring:problem:/),
  title: expect.stringMatching(/^[A-Z]/),
  detail: expect.stringMatching(/^[A-Z]/),
  instance: expect.any(String),
  errors: [],
  request_id: expect.stringMatching(/^[\w-]+$/),
  code: expect.any(String),
  ...known,
});

/** The body of a raw answer, once its head was found to fit it. */
export function parsed(answer: string) {
  const [head = '', body = ''] = answer.split('\r\n\r\n');
  const problem = JSON.parse(body);
  expect(head).toMatch(new RegExp(`^HTTP/1.1 ${problem.status} `));
  expect(head).toMatch(/^content-type: application\/problem\+json$/m);
  expect(head).toContain(`content-length: ${body.length}`);
  expect(head).toContain(`x-request-id: ${problem.request_id}`);
  return problem;
}

/** A reply of plain text. */
export const text = (body: string): Response => toSocketResponse(200, body, { 'content-type': 'text/plain' });
