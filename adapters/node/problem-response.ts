/**
 * Sends problems for requests that never reach the handlers, such as invalid HTTP, with the same body and headers as
 * the handlers' problems. server.ts and listener.ts decide when a request is refused.
 */
import { randomUUID } from 'node:crypto';
import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http';
import type { RingError } from '../../core/errors.ts';
import { requestIdOf } from '../../handlers/host.ts';
import { type Occurrence, problemOf } from '../../handlers/problems.ts';

/** Answers a request with the problem of an error; cuts the connection when the response has already begun. */
export function refuseRequest(error: RingError, request: IncomingMessage, response: ServerResponse): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const given = request.headers['x-request-id'];
  const { status, headers, text } = problemText(error, {
    method: request.method ?? '',
    path: (request.url ?? '').split('?', 1)[0] ?? '',
    requestId: requestIdOf(typeof given === 'string' ? given : null, randomUUID),
  });
  response.writeHead(status, headers).end(text);
}

/**
 * Returns the problem of an error as bytes of HTTP/1.1 that close the connection, for a request that could not be
 * parsed.
 */
export function rawProblem(error: RingError): string {
  const { status, headers, text } = problemText(error, { method: '', path: '', requestId: randomUUID() });
  const lines = Object.entries({ ...headers, connection: 'close' }).map(
    ([name, value]) => `${name}: ${value}`,
  );
  return `${[`HTTP/1.1 ${status} ${STATUS_CODES[status]}`, ...lines].join('\r\n')}\r\n\r\n${text}`;
}

function problemText(error: RingError, occurrence: Occurrence) {
  const { status, body, headers } = problemOf(error, occurrence);
  const text = JSON.stringify(body);
  return {
    status,
    text,
    headers: {
      'cache-control': 'no-store',
      'x-request-id': occurrence.requestId,
      ...headers,
      'content-length': String(Buffer.byteLength(text)),
    },
  };
}
