/** Checks whether `ring serve` could listen, and identifies the process that listens already. */
import { createServer } from 'node:net';
import { type Finding, fail, fine, warn } from './finding.ts';

/** The address `ring serve` would listen on. */
export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

/** What listens on an address: a Ring of some version, another program, or nothing that answers. */
export type Listener =
  | { readonly kind: 'ring'; readonly version: string | null }
  | { readonly kind: 'other' };

const patienceMs = 2_000;

/** Tries to listen; when the address is in use, asks whether it is a Ring, and of which version. */
export async function checkPort(address: ListenAddress, version: string): Promise<Finding> {
  const fault = await tryToListen(address);
  if (fault !== 'EADDRINUSE') return judgeListening(address, fault);
  return judgeListener(address, await whoListens(address), version);
}

/** Judges the result of listening; null means success. */
export function judgeListening({ host, port }: ListenAddress, fault: string | null): Finding {
  const where = `${host}:${port}`;
  if (fault === null) return fine('port', port === 0 ? 'a free one is taken' : `${where} is free`);
  if (fault === 'EACCES') {
    return fail(
      'port',
      `${where} may not be listened on by this user`,
      'take one above 1023 by RING_PORT or --port',
    );
  }
  return fail(
    'port',
    `${where} cannot be listened on (${fault})`,
    'name an address of this machine by RING_HOST or --host',
  );
}

/** Judges what listens on the address already. */
export function judgeListener({ host, port }: ListenAddress, found: Listener, version: string): Finding {
  const where = `${host}:${port}`;
  if (found.kind === 'other') {
    return fail(
      'port',
      `${where} is taken by another program`,
      `end it (ss -ltnp 'sport = :${port}'), or take another port by RING_PORT or --port`,
    );
  }
  if (found.version !== null && found.version !== version) {
    return warn(
      'port',
      `Ring ${found.version} serves at ${where}, and this command is ${version}`,
      'restart the server with the version that is installed',
    );
  }
  return fine('port', `Ring serves at ${where}`);
}

const tryToListen = ({ host, port }: ListenAddress): Promise<string | null> =>
  new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(null)));
  });

async function whoListens({ host, port }: ListenAddress): Promise<Listener> {
  // A server on all addresses answers at this machine's loopback address.
  const own =
    host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '[::1]' : host.includes(':') ? `[${host}]` : host;
  const health = await ask(`http://${own}:${port}/healthz`);
  if (fieldOf(health, 'state') !== 'UP') return { kind: 'other' };
  const version = fieldOf(fieldOf(await ask(`http://${own}:${port}/openapi.json`), 'info'), 'version');
  return { kind: 'ring', version: typeof version === 'string' ? version : null };
}

const ask = async (url: string): Promise<unknown> => {
  try {
    return await (await fetch(url, { signal: AbortSignal.timeout(patienceMs) })).json();
  } catch {
    return null;
  }
};

const fieldOf = (value: unknown, key: string): unknown =>
  typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
