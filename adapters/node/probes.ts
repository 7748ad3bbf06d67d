/**
 * Sends health probes to instances on new sockets: directly to the address, without a proxy, name resolution or
 * connection reuse. core/health decides what is probed and how the result is judged.
 */
import { Agent, type IncomingMessage, request } from 'node:http';
import { connect, isIP, type Socket } from 'node:net';
import type { HttpProbe, Probes, TcpProbe } from '../../core/health/probes.ts';

const mostBodyBytes = 4096;
// The status alone decides: a body that does not end is read for at most this long (ms).
const bodyMs = 1_000;

/** Makes the Probes port on the machine's network. */
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
      // An agent of its own, because the environment could configure a proxy for the default one.
      agent: new Agent({ keepAlive: false }),
    });
    asked.on('error', settle.reject);
    // A reply in another protocol does not count as an answer.
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

/** Runs one exchange within its timeout and always closes its socket. */
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

/** Returns the beginning of a body as text; what arrives too late or exceeds the limit is dropped. */
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
    // When a body breaks off, the part received is shown.
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

/** Describes why there was no answer, with a message instead of a code where there is one. */
function inWords(error: Error): Error {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  if (code.startsWith('HPE_')) return new Error('it did not answer in HTTP', { cause: error });
  const known = words[code];
  return known === undefined ? error : new Error(known, { cause: error });
}
