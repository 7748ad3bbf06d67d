/** The connections to an engine over TCP. */
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import process from 'node:process';
import { inspect } from 'node:util';
import { expect, it, onTestFinished } from 'vitest';
import { makeAgent } from '../../../adapters/docker/agent.ts';
import { openDocker } from '../../../adapters/docker/open-docker.ts';
import { silentLog } from '../../support/silent-log.ts';
import { until } from '../../support/until.ts';

/** What Linux waits for on each connection to this port of this machine: 02 is the time to ask whether it still lives. */
const timersOf = async (port: number): Promise<readonly string[]> => {
  const hex = port.toString(16).toUpperCase().padStart(4, '0');
  const connections = (await readFile('/proc/net/tcp', 'utf8'))
    .split('\n')
    .map((line) => line.trim().split(/\s+/));
  return connections.flatMap(([, , remote, state, , timer]) =>
    remote?.endsWith(`:${hex}`) && state === '01' && timer ? [timer.slice(0, 2)] : [],
  );
};

it.runIf(process.platform === 'linux')(
  'are asked from time to time whether they still live, the one of the events too',
  async () => {
    const version = {
      Version: '20.10.24',
      ApiVersion: '1.41',
      MinAPIVersion: '1.12',
      LoggingDriver: 'local',
    };
    let listening = 0;
    const server = createServer((request, response) => {
      if (!request.url?.includes('/events')) return void response.end(JSON.stringify(version));
      listening += 1;
      response.writeHead(200).flushHeaders();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const at = server.address();
    const port = typeof at === 'object' && at ? at.port : 0;
    const address = { host: '127.0.0.1', port, protocol: 'http' } as const;
    const runtime = openDocker({ installationId: 'i1', address, log: silentLog, heartbeatMs: 60_000 });
    const stopping = new AbortController();
    onTestFinished(() => {
      stopping.abort();
      runtime.close();
      server.closeAllConnections();
      server.close();
    });
    void runtime.events(stopping.signal)[Symbol.asyncIterator]().next();
    await until(
      () => listening,
      (count) => count === 1,
    );
    const timers = await until(
      () => timersOf(port),
      (found) => found.length > 0,
    );
    expect(new Set(timers)).toEqual(new Set(['02']));
  },
);

it.each(['http', 'https'] as const)(
  'over %s cost nothing to inspect, which the library does before every call',
  (protocol) => {
    const options = { path: '/version', agent: makeAgent(protocol) };
    expect(inspect(options, { showHidden: true, depth: null })).toBe("{ path: '/version', agent: [Agent] }");
  },
);
