/**
 * The engines that are measured on: of the benchmark's own where it may start them, so that nobody else's containers
 * weigh on it and nothing is left behind; else the one that answers on this machine.
 */
import { spawnSync } from 'node:child_process';
import { openOwnEngine } from '../support/own-engine.ts';
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

/** Whether this process may start engines of its own. */
export const canOwnEngines = (): boolean =>
  process.platform === 'linux' &&
  process.getuid?.() === 0 &&
  ['dockerd', 'ip', 'nsenter'].every((name) => spawnSync('which', [name]).status === 0);

/** The engine that answers on this machine. */
export const openHostEngine = async (): Promise<BenchEngine> => {
  const socketPath = '/var/run/docker.sock';
  const host = `unix://${socketPath}`;
  await runToEnd({
    program: process.execPath,
    args: ['scripts/images.mjs', image],
    env: { DOCKER_HOST: host },
  });
  const api = makeJsonClient({ socketPath });
  const origin = "the machine's own, shared with whatever else runs on it";
  return { host, api, isOwn: false, origin, close: async () => api.close() };
};

/** Starts an engine in a network namespace of its own; everything of it is removed when it is closed. */
export const openBenchEngine = async (): Promise<BenchEngine> => {
  const engine = await openOwnEngine();
  const api = makeJsonClient({ socketPath: engine.socketPath });
  const close = async () => {
    api.close();
    await engine.close();
  };
  try {
    await engine.ensureTestImage();
  } catch (error) {
    await close();
    throw error;
  }
  return { host: engine.host, api, isOwn: true, origin: 'of its own, in a network namespace', close };
};
