/** Ring as anyone would run it: `ring serve` from the built package as a process of its own, and its API. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Child, type Command, startChild } from './child.ts';
import { field, type JsonClient, makeJsonClient } from './json-http.ts';

const password = 'only-for-the-benchmark';

/** What to run. */
export interface RingBuild {
  /** The built command, `dist/cli.js`. */
  readonly cli: string;
  /** The engine, as DOCKER_HOST names it. */
  readonly dockerHost: string;
}

/** How Ring is started on a data directory: as it comes, without a password of its own. */
export const ringCommand = ({ cli, dockerHost }: RingBuild, dataDir: string): Command => ({
  program: process.execPath,
  args: [cli, 'serve', '--port', '0', '--data-dir', dataDir, '--log-level', 'error'],
  env: { DOCKER_HOST: dockerHost },
});

/** The same with a password in the environment. */
export const withPassword = (command: Command): Command => ({
  ...command,
  env: { ...command.env, RING_ADMIN_PASSWORD: password },
});

/** The line by which Ring and the bare server say that they listen. */
export const listening = /listens on http:\/\/127\.0\.0\.1:(\d+)/;

/** The port that such a line names. */
export const portOf = ({ line }: Child): number => Number(listening.exec(line)?.[1]);

/** A Ring that runs, and a client that is logged in. */
export interface RingServer {
  readonly child: Child;
  readonly api: JsonClient;
  readonly port: number;
  readonly authorization: string;
  close(): Promise<void>;
}

/** An empty directory for a Ring's data; the caller removes it. */
export const makeDataDir = (): Promise<string> => mkdtemp(join(tmpdir(), 'ring-bench-'));

/** Starts Ring on an empty data directory, which is removed when it is closed. */
export const openRingServer = async (build: RingBuild): Promise<RingServer> => {
  const dataDir = await makeDataDir();
  const child = await startChild(withPassword(ringCommand(build, dataDir)), listening);
  const port = portOf(child);
  const plain = makeJsonClient({ host: '127.0.0.1', port });
  const body = { username: 'admin', password };
  const authorization = `Bearer ${field(await plain.json({ method: 'POST', path: '/login', body }), 'token')}`;
  const headers = { authorization };
  return {
    child,
    port,
    authorization,
    api: {
      ...plain,
      ask: (request) => plain.ask({ ...request, headers }),
      json: (request) => plain.json({ ...request, headers }),
    },
    async close() {
      plain.close();
      await child.end();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
};
