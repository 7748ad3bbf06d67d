/**
 * Engines of the benchmark's own, each in a network namespace, so that nobody else's containers weigh on what is
 * measured and nothing is left behind.
 */
import { spawn, spawnSync } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { runToEnd } from './child.ts';
import { image } from './contender.ts';
import { type JsonClient, makeJsonClient } from './json-http.ts';

/** An engine that answers and has the image. */
export interface BenchEngine {
  /** As DOCKER_HOST names it. */
  readonly host: string;
  readonly api: JsonClient;
  /** Whether nobody else uses it. */
  readonly isOwn: boolean;
  /** Where it comes from, in words. */
  readonly origin: string;
  close(): Promise<void>;
}

const startMs = 60_000;

/** Whether this process may start engines of its own. */
export const canOwnEngines = (): boolean =>
  process.platform === 'linux' &&
  process.getuid?.() === 0 &&
  ['dockerd', 'ip', 'nsenter'].every((name) => spawnSync('which', [name]).status === 0);

/** The engine that answers on this machine, for where no other can be started. */
export const openHostEngine = async (): Promise<BenchEngine> => {
  const host = 'unix:///var/run/docker.sock';
  await ensureImage(host);
  const api = makeJsonClient({ socketPath: host.slice('unix://'.length) });
  return {
    host,
    api,
    isOwn: false,
    origin: "the machine's own, shared with whatever else runs on it",
    close: async () => api.close(),
  };
};

/** Starts an engine in a network namespace of its own; everything of it is removed when it is closed. */
export const openOwnEngine = async (): Promise<BenchEngine> => {
  const directory = await mkdtemp(join(tmpdir(), 'ring-bench-engine-'));
  const namespace = `rb${process.pid}-${directory.slice(-6)}`;
  await runToEnd({ program: 'ip', args: ['netns', 'add', namespace] });
  await runToEnd({ program: 'ip', args: ['-n', namespace, 'link', 'set', 'lo', 'up'] });
  const socketPath = join(directory, 'd.sock');
  const host = `unix://${socketPath}`;
  const log = openSync(join(directory, 'log'), 'w');
  const daemon = spawn(
    'nsenter',
    [
      `--net=/run/netns/${namespace}`,
      'dockerd',
      ...['-H', host, '--data-root', join(directory, 'data'), '--exec-root', join(directory, 'exec')],
      ...['--pidfile', join(directory, 'd.pid')],
    ],
    { stdio: ['ignore', log, log] },
  );
  closeSync(log);
  const gone = new Promise<void>((resolve) => daemon.once('exit', () => resolve()));
  const api = makeJsonClient({ socketPath });
  const close = async () => {
    api.close();
    daemon.kill('SIGTERM');
    await gone;
    await runToEnd({ program: 'ip', args: ['netns', 'delete', namespace] });
    await rm(directory, { recursive: true, force: true });
  };
  try {
    await answers(api);
    await ensureImage(host);
  } catch (error) {
    const words = await readFile(join(directory, 'log'), 'utf8');
    await close();
    throw new Error(`An engine could not be started:\n${words.slice(-2000)}`, { cause: error });
  }
  return { host, api, isOwn: true, origin: 'of its own, in a network namespace', close };
};

const answers = async (api: JsonClient): Promise<void> => {
  const end = performance.now() + startMs;
  while (!(await isUp(api))) {
    if (performance.now() > end) throw new Error('It does not answer');
    await wait(100);
  }
};

const isUp = async (api: JsonClient): Promise<boolean> => {
  try {
    return (await api.ask({ method: 'GET', path: '/_ping' })).status === 200;
  } catch {
    return false;
  }
};

const ensureImage = (host: string): Promise<string> =>
  runToEnd({ program: process.execPath, args: ['scripts/images.mjs', image], env: { DOCKER_HOST: host } });
