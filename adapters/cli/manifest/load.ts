/** Loads the manifests of a command from its files, variables and namespace. */
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { readInput } from '../ask.ts';
import type { CommandContext } from '../command-context.ts';
import { CommandError } from '../failure.ts';
import { merged, parseEnvFile } from './environment.ts';
import type { Variables } from './interpolate.ts';
import { type Manifests, readManifests } from './manifests.ts';
import type { ReadOutside } from './outside-files.ts';
import { readSources, readText, textOf } from './sources.ts';

/** The options of every command that reads manifests. */
export interface ManifestFlags {
  readonly file: readonly string[];
  readonly envFile?: readonly string[];
  readonly namespace?: string;
}

/** Loads the manifests. CommandError with a line for each fault. */
export async function loadManifests(
  { file, envFile = [], namespace }: ManifestFlags,
  { env, terminal }: Pick<CommandContext, 'env' | 'terminal'>,
): Promise<Manifests> {
  const cwd = process.cwd();
  const files = await Promise.all(envFile.map((path) => readVariables(resolve(cwd, path), path)));
  const variables = merged(files, env);
  const sources = await readSources(file, { cwd, readInput: () => readInput(terminal) });
  return readManifests(sources, { variables, namespace, readOutside });
}

/** Reads the variables of an env file. CommandError with a line for each fault. */
async function readVariables(place: string, name: string): Promise<Variables> {
  const { variables, faults } = parseEnvFile(await readText(place, name));
  if (faults.length === 0) return variables;
  throw new CommandError(faults.map(({ line, message }) => `${name}:${line}: ${message}`).join('\n'));
}

const readOutside: ReadOutside = async (path) => {
  try {
    const text = textOf(await readFile(path));
    return text === null
      ? { fault: `${path} is not UTF-8 text: bytes are given as text, in base64` }
      : { text };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return { fault: `${path} cannot be read: ${code === 'ENOENT' ? 'there is no such file' : code}` };
  }
};
