/**
 * Asks instances from outside, on sockets of its own: straight to the address, by no proxy, no name and no connection
 * that was used before. What is asked and what the answer means is decided in core/health.
 */
import { Agent, type IncomingMessage, request } from 'node:http';
import { connect, isIP, type Socket } from 'node:net';
import type { HttpProbe, Probes, TcpProbe } from '../../core/health/probes.ts';

const mostBodyBytes = 4096;
// The status says it all: a body that does not end is waited for no longer than this.
const bodyMs = 1_000;

/** The Probes port on the machine's network. */
export const makeProbes = (): Probes => ({ http: askHttp, tcp: askTcp });

const askTcp = (probe: TcpProbe): Promise<void> =>
  within(probe, (settle) => {
    const socket = connect({ host: probe.address, port: probe.port });
    socket.once('connect', () => settle.resolve(undefined));
    socket.on('error', settle.reject);
    return socket;
  });

const askHttp = (probe: HttpProbe): Promise<{ status: number; body: string }> =>
  within(probe, (settle) => {
    const { address, port, path, headers, host } = probe;
    const asked = request({
      host: address,
      port,
      path,
      method: 'GET',
      headers: { Host: host, 'User-Agent': 'ring', Accept: '*/*', ...headers },
      setHost: false,
      // An agent of its own, or the environment could put a proxy between.
      agent: new Agent({ keepAlive: false }),
    });
    asked.on('error', settle.reject);
    // Whoever answers with another protocol has not answered.
    asked.once('upgrade', (_response, socket: Socket) => {
      socket.destroy();
      settle.reject(new Error('it answered with another protocol'));
    });
    asked.once('response', (response) => {
      const status = response.statusCode ?? 0;
      readBeginning(response).then((body) => settle.resolve({ status, body }), settle.reject);
    });
    asked.end();
    return asked;
  });

interface Settle<T> {
  readonly resolve: (value: T) => void;
  readonly reject: (error: Error) => void;
}

/** Runs one exchange within its time and ends its socket, whatever came of it. */
function within<T>(
  { address, timeoutMs, signal }: TcpProbe,
  exchange: (settle: Settle<T>) => { destroy(): unknown },
): Promise<T> {
  if (isIP(address) === 0) return Promise.reject(new Error('its address is not an IP address'));
  let give = (): void => undefined;
  let end: { destroy(): unknown } | null = null;
  let timer: NodeJS.Timeout | undefined;
  const answer = new Promise<T>((resolve, reject) => {
    give = () => reject(new Error('nobody waits for the answer any more'));
    timer = setTimeout(() => reject(new Error(`no answer within ${timeoutMs / 1000}s`)), timeoutMs);
    end = exchange({ resolve, reject: (error) => reject(inWords(error)) });
    if (signal.aborted) give();
    else signal.addEventListener('abort', give, { once: true });
  });
  return answer.finally(() => {
    clearTimeout(timer);
    signal.removeEventListener('abort', give);
    end?.destroy();
  });
}

/** The beginning of a body as text; what comes after a while, and what is too much, is left. */
const readBeginning = (response: IncomingMessage): Promise<string> =>
  new Promise((resolve) => {
    const pieces: Buffer[] = [];
    let bytes = 0;
    const finish = () => {
      clearTimeout(timer);
      resolve(Buffer.concat(pieces).subarray(0, mostBodyBytes).toString('utf8'));
    };
    const timer = setTimeout(finish, bodyMs);
    response.on('data', (chunk: Buffer) => {
      pieces.push(chunk);
      bytes += chunk.length;
      if (bytes >= mostBodyBytes) finish();
    });
    response.once('close', finish);
    // A body that breaks off: what came of it is shown all the same.
    response.on('error', finish);
  });

const words: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'the connection was refused',
  ECONNRESET: 'the connection was closed before an answer',
  EPIPE: 'the connection was closed before an answer',
  EHOSTUNREACH: 'the host cannot be reached',
  ENETUNREACH: 'the network cannot be reached',
  ETIMEDOUT: 'the connection was not accepted in time',
};

/** Why there was no answer, without codes where there are words. */
function inWords(error: Error): Error {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  if (code.startsWith('HPE_')) return new Error('it did not answer in HTTP', { cause: error });
  const known = words[code];
  return known === undefined ? error : new Error(known, { cause: error });
}
