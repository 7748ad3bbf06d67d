/**
 * A proxy to a Ring server that checks every reply against the API's document, for clients in other processes. It
 * passes bytes on unchanged and at their pace; errors are recorded and thrown at the end.
 */
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Exchange, makeDescribed } from './described.ts';

/** An address that stays while servers come and go behind it. */
export interface CheckingProxy {
  readonly url: string;
  /** How many replies were checked. */
  checked(): number;
  /** Ends it; rejects with every reply that was not as described. */
  close(): Promise<void>;
}

/** Opens a way to where `target` says that the server is by then. */
export const openCheckingProxy = async (target: () => string): Promise<CheckingProxy> => {
  const described = makeDescribed();
  const problems: string[] = [];
  let checked = 0;

  const check = (exchange: Omit<Exchange, 'body'>, text: string): void => {
    const type = exchange.headers.get('content-type') ?? '';
    try {
      if (type.startsWith('text/event-stream')) described.checkStream(exchange, text);
      else described.check({ ...exchange, body: type.includes('json') && text ? JSON.parse(text) : text });
      checked += 1;
    } catch (error) {
      problems.push(error instanceof Error ? error.message : String(error));
    }
  };

  const server = createServer((asked, answer) => {
    const { method = 'GET', url: path = '/', headers } = asked;
    const sent = request(`${target()}${path}`, { method, headers, agent: false }, (reply) => {
      const exchange = { method, path, status: reply.statusCode ?? 0, headers: headersOf(reply) };
      handOn(reply, answer, (text) => check(exchange, text));
    });
    // As a server that is not there: the connection ends without a reply.
    sent.on('error', () => answer.destroy());
    answer.on('close', () => sent.destroy());
    asked.pipe(sent);
  });
  Object.assign(server, { requestTimeout: 0, headersTimeout: 0 });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;

  return {
    url: `http://127.0.0.1:${port}`,
    checked: () => checked,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      if (problems.length > 0) throw new Error(problems.join('\n\n'));
    },
  };
};

/** Passes a reply on, and says what its body was: once it is complete, or, of a stream, as far as it came. */
const handOn = (reply: IncomingMessage, answer: ServerResponse, done: (text: string) => void): void => {
  const chunks: Buffer[] = [];
  const isStream = reply.headers['content-type']?.startsWith('text/event-stream') === true;
  answer.writeHead(reply.statusCode ?? 502, reply.rawHeaders);
  answer.flushHeaders();
  reply.on('data', (chunk: Buffer) => chunks.push(chunk));
  reply.on('error', () => answer.destroy());
  reply.on('close', () => {
    if (isStream || reply.complete) done(Buffer.concat(chunks).toString());
    if (!reply.complete) answer.destroy();
  });
  reply.pipe(answer);
};

const headersOf = ({ rawHeaders }: IncomingMessage): Headers => {
  const headers = new Headers();
  for (let at = 0; at < rawHeaders.length; at += 2) {
    headers.append(rawHeaders[at] ?? '', rawHeaders[at + 1] ?? '');
  }
  return headers;
};
