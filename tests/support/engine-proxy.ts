/**
 * A proxy before an engine's socket: it numbers the calls and lets a test inject a fault into each, before the call
 * reaches the engine, or after the engine did the work and before the caller gets the response. Streams and upgraded
 * connections pass unchanged.
 */
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { connect } from 'node:net';
import type { Duplex } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';

/** One call to the engine. */
export interface EngineCall {
  /** Counts all calls, from 1. */
  readonly number: number;
  /** Counts those that change something, from 1; null for a call that only looks. */
  readonly change: number | null;
  readonly method: string;
  /** Without the API's version and without the query. */
  readonly path: string;
}

/** What befalls a call. */
export interface Fate {
  /** Before it reaches the engine; or after the engine did it and before the caller hears. */
  readonly moment: 'before' | 'after';
  /** `hang`: never answered; `cut`: the connection breaks; `fail`: 500; `pass`: as if nothing were (after the delay). */
  readonly act: 'hang' | 'cut' | 'fail' | 'pass';
  readonly delayMs?: number;
  /** Called at that moment. */
  readonly reached?: () => void;
}

/** Says what befalls a call; null: nothing. */
export type Decide = (call: EngineCall) => Fate | null;

/** A proxy that listens. */
export interface EngineProxy {
  readonly socketPath: string;
  /** All calls so far. */
  readonly calls: readonly EngineCall[];
  /** From now on calls are numbered anew, and this decides. */
  follow(decide: Decide): void;
  /** What becomes of the event streams that are open now: ended in order, broken, or open for ever and silent. */
  dropEvents(how: 'end' | 'break' | 'mute'): void;
  close(): Promise<void>;
}

/** Opens a proxy before the engine at `upstream`; nothing befalls any call until a test says so. */
export const openEngineProxy = async (socketPath: string, upstream: string): Promise<EngineProxy> => {
  const calls: EngineCall[] = [];
  const sockets = new Set<Duplex>();
  const eventStreams = new Set<EventStream>();
  let changes = 0;
  let decide: Decide = () => null;

  const note = ({ method = 'GET', url = '/' }: IncomingMessage): EngineCall => {
    const path = url.replace(/\?.*$/s, '').replace(/^\/v\d+(\.\d+)*(?=\/)/, '');
    const isChange = method !== 'GET' && method !== 'HEAD' && !path.endsWith('/wait');
    if (isChange) changes += 1;
    const call = { number: calls.length + 1, change: isChange ? changes : null, method, path };
    calls.push(call);
    return call;
  };

  const server = createServer((asked, answer) => {
    const call = note(asked);
    const exchange = { asked, answer, upstream };
    const fate = decide(call);
    if (fate) void befall(exchange, fate);
    else if (call.path === '/events') stream(exchange, eventStreams);
    else void forward(exchange).then((reply) => reply && handOn(reply, answer));
  });
  // Idle connections stay, as the engine keeps them: else a call could meet one that is just being closed.
  Object.assign(server, { keepAliveTimeout: 0, requestTimeout: 0, headersTimeout: 0 });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  server.on('upgrade', (asked: IncomingMessage, socket: Duplex, head: Buffer) => {
    const call = note(asked);
    const fate = decide(call);
    fate?.reached?.();
    if (fate?.act === 'cut' || fate?.act === 'fail') socket.destroy();
    else if (fate?.act !== 'hang') tunnel({ asked, socket, head, upstream });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(socketPath, resolve);
  });

  return {
    socketPath,
    calls,
    follow(next) {
      calls.length = 0;
      changes = 0;
      decide = next;
    },
    dropEvents(how) {
      for (const { reply, answer } of eventStreams) {
        reply.unpipe(answer);
        reply.resume();
        if (how === 'end') answer.end();
        if (how === 'break') answer.destroy();
      }
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
};

interface Exchange {
  readonly asked: IncomingMessage;
  readonly answer: ServerResponse;
  readonly upstream: string;
}

interface EventStream {
  readonly reply: IncomingMessage;
  readonly answer: ServerResponse;
}

/** Sends a call on; the engine's answer as it begins, or null when there is none. A caller that leaves is followed. */
const forward = ({ asked, answer, upstream }: Exchange): Promise<IncomingMessage | null> =>
  new Promise((resolve) => {
    const { method, url, headers } = asked;
    const sent = request({ socketPath: upstream, agent: false, method, path: url, headers }, resolve);
    sent.once('error', () => {
      answer.destroy();
      resolve(null);
    });
    answer.once('close', () => sent.destroy());
    asked.pipe(sent);
  });

const headOf = (reply: IncomingMessage): [number, string[]] => {
  const hopByHop = /^(connection|keep-alive|transfer-encoding)$/i;
  const headers = reply.rawHeaders.flatMap((name, index) =>
    index % 2 === 0 && !hopByHop.test(name) ? [name, reply.rawHeaders[index + 1] ?? ''] : [],
  );
  return [reply.statusCode ?? 502, headers];
};

const handOn = (reply: IncomingMessage, answer: ServerResponse): void => {
  answer.writeHead(...headOf(reply));
  answer.flushHeaders();
  reply.once('error', () => answer.destroy());
  reply.pipe(answer);
};

const stream = (exchange: Exchange, open: Set<EventStream>): void => {
  void forward(exchange).then((reply) => {
    if (!reply) return;
    const one = { reply, answer: exchange.answer };
    open.add(one);
    exchange.answer.once('close', () => open.delete(one));
    handOn(reply, exchange.answer);
  });
};

/** The whole of the engine's answer; what is left to hand on when it is kept back until then. */
const taken = async (reply: IncomingMessage): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  for await (const chunk of reply) chunks.push(chunk);
  return Buffer.concat(chunks);
};

const befall = async (exchange: Exchange, { moment, act, delayMs = 0, reached }: Fate): Promise<void> => {
  const { answer } = exchange;
  const reply = moment === 'after' ? await forward(exchange) : null;
  const body = reply ? await taken(reply) : null;
  reached?.();
  if (delayMs > 0) await wait(delayMs);
  if (answer.destroyed || act === 'hang') return;
  if (act === 'cut') {
    answer.destroy();
    return;
  }
  if (act === 'fail') {
    answer.writeHead(500, { 'content-type': 'application/json' });
    answer.end(JSON.stringify({ message: 'the proxy was told to fail' }));
    return;
  }
  if (!reply) {
    const late = await forward(exchange);
    if (late) handOn(late, answer);
    return;
  }
  answer.writeHead(...headOf(reply)).end(body);
};

interface Upgrade {
  readonly asked: IncomingMessage;
  readonly socket: Duplex;
  readonly head: Buffer;
  readonly upstream: string;
}

// From here on only bytes go to and fro: the call is said again as it was, and what follows is none of the proxy's.
const tunnel = ({ asked, socket, head, upstream }: Upgrade): void => {
  const engine = connect(upstream);
  const lines = [`${asked.method} ${asked.url} HTTP/1.1`];
  for (let at = 0; at < asked.rawHeaders.length; at += 2) {
    lines.push(`${asked.rawHeaders[at]}: ${asked.rawHeaders[at + 1]}`);
  }
  engine.write(`${lines.join('\r\n')}\r\n\r\n`);
  engine.write(head);
  engine.pipe(socket);
  socket.pipe(engine);
  for (const [one, other] of [
    [engine, socket],
    [socket, engine],
  ] as const) {
    one.once('error', () => other.destroy());
    one.once('close', () => other.destroy());
  }
};
