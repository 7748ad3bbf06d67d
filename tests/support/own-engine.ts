/**
 * A Docker engine of a test's own, for tests that stop, kill, freeze or fill one. It runs in a network namespace, so
 * that its networks conflict with no others, and is removed with all its contents at the end; it needs root and
 * iproute2.
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import Docker from 'dockerode';

const run = promisify(execFile);

/** An engine that runs. */
export interface OwnEngine {
  readonly socketPath: string;
  /** For DOCKER_HOST. */
  readonly host: string;
  readonly docker: Docker;
  /** The network namespace: `nsenter --net=<path>` reaches its containers. */
  readonly networkNamespace: string;
  /** Ends the engine in order, or by a crash; its containers' shims live on after a crash. */
  stop(how: 'TERM' | 'KILL'): Promise<void>;
  /** Starts it again over the same data; resolves when it answers. */
  start(): Promise<void>;
  /** The engine hangs: connections are taken, nothing answers, from the return of this call on. */
  freeze(): void;
  thaw(): void;
  /** Makes sure of `ring-test:<version>` there. */
  ensureTestImage(version?: string): Promise<string>;
  /** Ends the engine with all its containers and removes what it wrote. */
  close(): Promise<void>;
}

const answers = async (docker: Docker): Promise<boolean> =>
  docker.ping().then(
    () => true,
    () => false,
  );

const launch = (folder: string, networkNamespace: string, more: readonly string[]): ChildProcess => {
  const log = openSync(join(folder, 'log'), 'a');
  const paths = ['--data-root', 'data', '--exec-root', 'exec', '--pidfile', 'd.pid'].map((word) =>
    word.startsWith('--') ? word : join(folder, word),
  );
  const command = ['dockerd', '-H', `unix://${join(folder, 'd.sock')}`, ...paths, ...more];
  const child = spawn('nsenter', [`--net=${networkNamespace}`, ...command], { stdio: ['ignore', log, log] });
  closeSync(log);
  return child;
};

const ended = (child: ChildProcess): boolean => child.exitCode !== null || child.signalCode !== null;

// A stop reaches the threads of a process one after another: an engine may answer a call that came after the signal.
const isStopped = ({ pid }: ChildProcess): boolean => {
  try {
    const threads = readdirSync(`/proc/${pid}/task`);
    return threads.every((thread) => /\) T /.test(readFileSync(`/proc/${pid}/task/${thread}/stat`, 'utf8')));
  } catch {
    // A thread has just ended.
    return false;
  }
};

const untilItAnswers = async (child: ChildProcess, docker: Docker, folder: string): Promise<void> => {
  for (let tries = 0; tries < 600; tries++) {
    if (await answers(docker)) return;
    if (ended(child)) break;
    await wait(100);
  }
  const words = await readFile(join(folder, 'log'), 'utf8');
  throw new Error(`The engine did not start:\n${words.split('\n').slice(-6).join('\n')}`);
};

/** Whether a process runs; one that ended and that nobody buried does not. */
const isAlive = async (pid: string): Promise<boolean> => {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return text !== '' && !/\) Z /.test(text);
};

// After a crash the engine takes whatever has its containerd's number for a containerd that runs, even a dead one
// that waits for its burial (for ever, where the first process of the machine buries nobody).
const forgetDeadContainerd = async (folder: string): Promise<void> => {
  const pidFile = join(folder, 'exec/containerd/containerd.pid');
  const pid = await readFile(pidFile, 'utf8').catch(() => null);
  if (pid === null) return;
  for (let tries = 0; tries < 50 && (await isAlive(pid.trim())); tries++) await wait(20);
  if (!(await isAlive(pid.trim()))) await rm(pidFile);
};

const unmountBelow = async (folder: string): Promise<void> => {
  const mounts = (await readFile('/proc/mounts', 'utf8')).split('\n').map((line) => line.split(' ')[1] ?? '');
  for (const mount of mounts.filter((path) => path.startsWith(`${folder}/`)).reverse()) {
    await run('umount', ['-l', mount]).catch(() => undefined);
  }
};

/** How an engine is to be. */
export interface OwnEngineOptions {
  /** Its containers run on while it is away. */
  readonly liveRestore?: boolean;
}

/** Starts an engine that holds nothing. */
export const openOwnEngine = async ({ liveRestore = false }: OwnEngineOptions = {}): Promise<OwnEngine> => {
  const folder = await mkdtemp(join(tmpdir(), 'ring-engine-'));
  const name = basename(folder);
  const networkNamespace = `/run/netns/${name}`;
  await run('ip', ['netns', 'add', name]);
  await run('ip', ['-n', name, 'link', 'set', 'lo', 'up']);
  const socketPath = join(folder, 'd.sock');
  const host = `unix://${socketPath}`;
  const docker = new Docker({ socketPath });
  const more = liveRestore ? ['--live-restore'] : [];
  let child = launch(folder, networkNamespace, more);

  const end = async (signal: 'SIGTERM' | 'SIGKILL'): Promise<void> => {
    if (ended(child)) return;
    const gone = once(child, 'exit');
    child.kill('SIGCONT');
    child.kill(signal);
    await gone;
  };

  const engine: OwnEngine = {
    socketPath,
    host,
    docker,
    networkNamespace,
    stop: (how) => end(`SIG${how}`),
    async start() {
      await forgetDeadContainerd(folder);
      child = launch(folder, networkNamespace, more);
      await untilItAnswers(child, docker, folder);
    },
    freeze() {
      child.kill('SIGSTOP');
      for (let tries = 0; !isStopped(child); tries++) {
        if (tries === 5_000) throw new Error('The engine does not freeze');
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
      }
    },
    thaw: () => void child.kill('SIGCONT'),
    async ensureTestImage(version = '1') {
      const image = `ring-test:${version}`;
      const env = { ...process.env, DOCKER_HOST: host };
      await run(process.execPath, ['scripts/images.mjs', image], { env });
      return image;
    },
    async close() {
      child.kill('SIGCONT');
      if (ended(child)) await engine.start();
      // Their processes end here; files that a crashed engine cannot let go of are removed with its folder.
      const containers = await docker.listContainers({ all: true });
      await Promise.allSettled(
        containers.map(({ Id }) => docker.getContainer(Id).remove({ force: true, v: true })),
      );
      await end('SIGTERM');
      await run('ip', ['netns', 'delete', name]);
      await unmountBelow(folder);
      await rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
    },
  };
  await untilItAnswers(child, docker, folder);
  return engine;
};
