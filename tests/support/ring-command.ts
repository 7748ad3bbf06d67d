/** The `ring` command of these sources, made runnable, so that a test needs no build and is not disturbed by one. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { build } from 'tsup';
import { command } from '../../tsup.config.ts';

const root = resolve(import.meta.dirname, '../..');

/** The command. */
export interface RingCommand {
  /** Starts it with arguments; the environment's own settings of Ring are left out. */
  start(args: readonly string[], env?: Readonly<Record<string, string>>): ChildProcess;
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
  return {
    start: (args, env = {}) =>
      spawn(process.execPath, [join(folder, 'ring.js'), ...args], {
        stdio: ['ignore', 'pipe', 'pipe'],
        env: { ...withoutSettings(), ...env },
      }),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
};

const withoutSettings = (): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('RING_')));
