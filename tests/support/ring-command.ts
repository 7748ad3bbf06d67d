/**
 * Makes the `ring` command of these sources executable, so that a test neither needs a build nor is affected by one.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { build } from 'tsup';
import { command } from '../../tsup.config.ts';

const root = resolve(import.meta.dirname, '../..');

type Env = Readonly<Record<string, string>>;

/** Where it runs and what it can read. */
export interface StartTerms {
  readonly cwd?: string;
  readonly stdin?: 'pipe' | 'ignore';
}

/** The command. */
export interface RingCommand {
  /** The file that Node runs. */
  readonly path: string;
  /** An environment for it: the settings of Ring are those that are given, and no others. */
  env(more?: Env): NodeJS.ProcessEnv;
  /** Starts it with arguments, in such an environment. */
  start(args: readonly string[], env?: Env, terms?: StartTerms): ChildProcess;
  remove(): Promise<void>;
}

/** Bundles the command, or one that stands for it, as it is published: it starts twice as fast as from packages. */
export const makeRingCommand = async (entry = 'adapters/cli/main.ts'): Promise<RingCommand> => {
  await mkdir(join(root, '.cache'), { recursive: true });
  const folder = await mkdtemp(join(root, '.cache', 'ring-'));
  await build({
    ...command,
    config: false,
    silent: true,
    entry: { ring: join(root, entry) },
    outDir: folder,
  });
  const path = join(folder, 'ring.js');
  const envOf = (more: Env = {}) => ({ ...withoutSettings(), ...more });
  return {
    path,
    env: envOf,
    start: (args, env, { cwd, stdin = 'ignore' } = {}) =>
      spawn(process.execPath, [path, ...args], {
        stdio: [stdin, 'pipe', 'pipe'],
        env: envOf(env),
        ...(cwd === undefined ? {} : { cwd }),
      }),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
};

/** Neither settings nor a wish for no colours that are meant for the tests themselves. */
const withoutSettings = (): NodeJS.ProcessEnv =>
  Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !name.startsWith('RING_') && name !== 'NO_COLOR'),
  );
