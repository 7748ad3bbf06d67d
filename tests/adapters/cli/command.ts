/** Runs the `ring` command in a test: to its end, or until it serves. */
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { RingCommand } from '../../support/ring-command.ts';
import { until } from '../../support/until.ts';

/** How a command ended and what it said. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A server that listens. */
export interface Served {
  readonly url: string;
  /** What it said on stdout so far. */
  said(): string;
  end(signal: NodeJS.Signals): Promise<Ended>;
}

type Env = Readonly<Record<string, string>>;

// Nobody listens there: an engine that is down.
const noEngine = { DOCKER_HOST: 'unix:///nonexistent/docker.sock' };

/** Runs a command to its end; its engine is down unless the environment names another. */
export const runToEnd = (command: RingCommand, args: readonly string[], env: Env = {}): Promise<Ended> =>
  collect(command.start(args, { ...noEngine, ...env })).ended;

/** Serves on a free port; rejects with what was said when it does not. */
export const serveOn = async (command: RingCommand, dataDir: string, env: Env = {}): Promise<Served> => {
  const child = command.start(['serve', '--port', '0', '--data-dir', dataDir], { ...noEngine, ...env });
  const { said, ended } = collect(child);
  const over = ended.then(({ stderr }) => `ended: ${stderr}`);
  const line = await until(
    () => Promise.race([over, Promise.resolve(/listens on (\S+)/.exec(said())?.[1] ?? '')]),
    (found) => found !== '',
  );
  if (!line.startsWith('http')) throw new Error(line);
  return {
    url: line.replace('0.0.0.0', '127.0.0.1'),
    said,
    end(signal) {
      child.kill(signal);
      return ended;
    },
  };
};

function collect(child: ChildProcess) {
  const texts = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name]?.setEncoding('utf8').on('data', (chunk: string) => {
      texts[name] += chunk;
    });
  }
  const ended = once(child, 'close').then(([code]): Ended => ({ code, ...texts }));
  return { said: () => texts.stdout, ended };
}
