/** Runs a file of the tests in a process of its own, which a test can kill with SIGKILL. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { build } from 'tsup';

const root = resolve(import.meta.dirname, '../..');

/** A process that was started, and what it said so far. */
export interface Started {
  readonly pid: number;
  readonly lines: readonly string[];
  /** Resolves when it said enough, or ended. */
  until(enough: (lines: readonly string[]) => boolean): Promise<void>;
  kill(): Promise<void>;
  /** Resolves with its exit code. */
  ended(): Promise<number | null>;
}

/** A file made runnable. */
export interface Script {
  start(argument: string): Started;
  /** Kills what still runs and removes what was made. */
  remove(): Promise<void>;
}

/** Bundles a TypeScript file, named from the root, within reach of the packages it imports. */
export async function makeScript(path: string): Promise<Script> {
  await mkdir(join(root, '.cache'), { recursive: true });
  const folder = await mkdtemp(join(root, '.cache', 'script-'));
  await build({
    config: false,
    silent: true,
    entry: { script: join(root, path) },
    outDir: folder,
    format: 'esm',
    outExtension: () => ({ js: '.mjs' }),
  });
  const started: Started[] = [];
  return {
    start(argument) {
      const one = follow(
        spawn(process.execPath, [join(folder, 'script.mjs'), argument], {
          stdio: ['ignore', 'pipe', 'inherit'],
        }),
      );
      started.push(one);
      return one;
    },
    async remove() {
      await Promise.all(started.map((one) => one.kill()));
      await rm(folder, { recursive: true });
    },
  };
}

function follow(child: ChildProcess): Started {
  const lines: string[] = [];
  const closed = once(child, 'close');
  const output = createInterface({ input: child.stdout ?? process.stdin });
  output.on('line', (line) => lines.push(line));
  return {
    pid: child.pid ?? 0,
    lines,
    until: (enough) =>
      Promise.race([
        closed,
        new Promise<void>((done) => {
          const look = () => enough(lines) && done();
          output.on('line', look);
          look();
        }),
      ]).then(() => undefined),
    async kill() {
      child.kill('SIGKILL');
      await closed;
    },
    async ended() {
      await closed;
      return child.exitCode;
    },
  };
}
