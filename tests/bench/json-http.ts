/** A bare JSON client over one kept-alive socket family: as near to the wire as Node gets. Used on both sides alike. */
import http from 'node:http';

/** Where a server listens. */
export type Where = { readonly socketPath: string } | { readonly host: string; readonly port: number };

/** One request; the body goes out as JSON. */
export interface JsonRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/** An answer with its text still unread. */
export interface TextReply {
  readonly status: number;
  readonly text: string;
}

/** A client that keeps its connections. */
export interface JsonClient {
  /** Any status is an answer. */
  ask(request: JsonRequest): Promise<TextReply>;
  /** The JSON of a 2xx answer (304 counts as done); rejects with the status and text of any other. */
  json(request: JsonRequest): Promise<unknown>;
  /** An answer that does not end, in pieces of text, until the returned function is called. */
  stream(path: string, hear: (text: string) => void): Promise<() => void>;
  close(): void;
}

/** Makes a client; connects with the first request. */
export const makeJsonClient = (where: Where): JsonClient => {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 128 });

  const ask = ({ method, path, body, headers }: JsonRequest): Promise<TextReply> =>
    new Promise((resolve, reject) => {
      const payload = body === undefined ? undefined : JSON.stringify(body);
      const request = http.request(
        {
          ...where,
          agent,
          method,
          path,
          headers: {
            ...headers,
            ...(payload === undefined
              ? {}
              : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(payload) }),
          },
        },
        (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('error', reject);
          response.on('end', () =>
            resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString() }),
          );
        },
      );
      request.on('error', reject);
      request.end(payload);
    });

  return {
    ask,
    async json(request) {
      const { status, text } = await ask(request);
      const done = (status >= 200 && status < 300) || status === 304;
      if (!done) throw new Error(`${request.method} ${request.path}: ${status} ${text.slice(0, 300)}`);
      return text === '' ? null : JSON.parse(text);
    },
    stream: (path, hear) =>
      new Promise((resolve, reject) => {
        const request = http.request({ ...where, agent: false, path }, (response) => {
          response.setEncoding('utf8').on('data', hear);
          response.on('error', () => undefined);
          resolve(() => request.destroy());
        });
        request.on('error', reject);
        request.end();
      }),
    close: () => agent.destroy(),
  };
};

/** A field of an answer whose shape is the other side's. */
export const field = (value: unknown, ...path: readonly (string | number)[]): unknown =>
  path.reduce<unknown>(
    (at, key) => (typeof at === 'object' && at !== null ? Reflect.get(at, key) : undefined),
    value,
  );
