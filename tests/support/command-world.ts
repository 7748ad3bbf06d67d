/**
 * Runs the `ring` command with a server of its own, in the environment of a user: authenticated by RING_URL and
 * RING_TOKEN, with a private configuration directory. The test files define the commands.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openCheckingProxy } from './checking-proxy.ts';
import { makeRingCommand } from './ring-command.ts';
import { openRingProcess, type RingOptions, type RingProcess } from './ring-process.ts';

/** How a command ended and what it said. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** What a command is run with. */
export interface RunTerms {
  readonly env?: Readonly<Record<string, string>>;
  /** What it reads on stdin; nothing is an empty one. */
  readonly input?: string;
  /** The folder it runs in. */
  readonly cwd?: string;
}

/** A command that runs. */
export interface Running {
  readonly child: ChildProcess;
  /** What it said so far. */
  readonly said: { readonly stdout: string; readonly stderr: string };
  readonly ended: Promise<Ended>;
}

/** A server and the command. */
export interface CommandWorld {
  readonly ring: RingProcess;
  /** Where the command finds the server: every reply is held against the API's document on its way. */
  readonly url: string;
  /** A folder of this world, for files. */
  readonly folder: string;
  /** The file of contexts. */
  readonly contextsPath: string;
  /** An administrator's token. */
  readonly token: string;
  /** Runs the command to its end. */
  run(args: readonly string[], terms?: RunTerms): Promise<Ended>;
  start(args: readonly string[], terms?: RunTerms): Running;
  /** What it is run with, for what runs it by itself. */
  readonly command: { readonly path: string; readonly env: () => NodeJS.ProcessEnv };
  /** Runs it in a terminal of its own (a pty), fed with what is typed as soon as `until` was said. */
  inTerminal(args: readonly string[], typed: readonly Typed[], terms?: RunTerms): Promise<Ended>;
  /** The same with any line of a shell. */
  shellInTerminal(line: string, typed: readonly Typed[], terms?: RunTerms): Promise<Ended>;
  close(): Promise<void>;
}

/** Something a person types once something else stands on the screen. */
export interface Typed {
  readonly after: string;
  readonly keys: string;
}

/** Starts a server and makes the command ready. */
export const openCommandWorld = async (options: RingOptions = {}): Promise<CommandWorld> => {
  const command = await makeRingCommand();
  const folder = await mkdtemp(join(tmpdir(), 'ring-command-'));
  const ring = await openRingProcess({ ...options, command });
  const proxy = await openCheckingProxy(() => ring.serving().url);
  const login = await ring.call('POST', '/login', { body: { username: 'admin', password: 'changeme' } });
  const { token } = login.body;
  const envOf = ({ env = {} }: RunTerms): Record<string, string> => ({
    RING_URL: proxy.url,
    RING_TOKEN: token,
    XDG_CONFIG_HOME: join(folder, 'config'),
    ...env,
  });
  const start = (args: readonly string[], terms: RunTerms = {}): Running => {
    const child = command.start(args, envOf(terms), { cwd: terms.cwd ?? folder, stdin: 'pipe' });
    child.stdin?.on('error', () => undefined).end(terms.input ?? '');
    return follow(child);
  };
  const shellInTerminal: CommandWorld['shellInTerminal'] = (line, typed, terms = {}) => {
    // util-linux's script gives a process a terminal and hands on its exit code.
    const child = spawn('script', ['-qec', line, '/dev/null'], {
      cwd: terms.cwd ?? folder,
      env: { ...command.env(envOf(terms)), TERM: 'xterm', COLUMNS: '120' },
    });
    const running = follow(child);
    type(child, running, typed);
    return running.ended;
  };
  return {
    ring,
    url: proxy.url,
    folder,
    contextsPath: join(folder, 'config/ring/contexts.json'),
    token,
    start,
    run: (args, terms) => start(args, terms).ended,
    command: { path: command.path, env: () => command.env(envOf({})) },
    shellInTerminal,
    inTerminal: (args, typed, terms) =>
      shellInTerminal([process.execPath, command.path, ...args].map(quoted).join(' '), typed, terms),
    async close() {
      await ring.close();
      await command.remove();
      await rm(folder, { recursive: true, force: true });
      await proxy.close();
    },
  };
};

const quoted = (word: string): string => `'${word.replaceAll("'", `'\\''`)}'`;

const follow = (child: ChildProcess): Running => {
  const said = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name]?.setEncoding('utf8').on('data', (chunk: string) => {
      said[name] += chunk;
    });
  }
  const ended = once(child, 'close').then(([code]): Ended => ({ code, ...said }));
  return { child, said, ended };
};

const type = (child: ChildProcess, { said }: Running, typed: readonly Typed[]): void => {
  const waiting = [...typed];
  let seen = 0;
  child.stdout?.on('data', () => {
    for (let next = waiting[0]; next; next = waiting[0]) {
      const at = said.stdout.indexOf(next.after, seen);
      if (at < 0) return;
      seen = at + next.after.length;
      waiting.shift();
      child.stdin?.write(next.keys);
    }
  });
};
