/** Reads the texts that `-f` names: files, the manifests of a directory, or stdin. manifests.ts interprets them. */
import { readdir, readFile, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { CommandError } from '../failure.ts';

/** A text and its origin. */
export interface Source {
  /** The name used in messages. */
  readonly name: string;
  readonly text: string;
  /** The absolute path of the directory that relative paths in the text start from. */
  readonly folder: string;
}

/** What reading needs. */
export interface SourcePorts {
  /** The working directory of the command. */
  readonly cwd: string;
  /** Reads all of stdin. */
  readonly readInput: () => Promise<string>;
}

const extension = /\.(ya?ml|json)$/i;

/** Reads all texts in the order of `paths`; those of a directory by name. CommandError when there is none. */
export async function readSources(paths: readonly string[], ports: SourcePorts): Promise<readonly Source[]> {
  const sources: Source[] = [];
  for (const path of paths) sources.push(...(await readOne(path, ports)));
  return sources;
}

async function readOne(path: string, { cwd, readInput }: SourcePorts): Promise<readonly Source[]> {
  if (path === '-') return [{ name: 'stdin', text: await readInput(), folder: cwd }];
  const place = resolve(cwd, path);
  const found = await stat(place).catch((error: NodeJS.ErrnoException) => fail(path, error));
  if (!found.isDirectory())
    return [{ name: path, text: await readText(place, path), folder: dirname(place) }];
  const entries = await readdir(place, { withFileTypes: true }).catch((error: NodeJS.ErrnoException) =>
    fail(path, error),
  );
  const names = entries
    .filter((entry) => !entry.isDirectory() && extension.test(entry.name) && !entry.name.startsWith('.'))
    .map(({ name }) => name)
    .sort();
  if (names.length === 0)
    throw new CommandError(`${path} has no manifest: no file there ends in .yaml, .yml or .json`);
  return Promise.all(
    names.map(async (name) => ({
      name: join(path, name),
      text: await readText(join(place, name), join(path, name)),
      folder: place,
    })),
  );
}

/** Reads the text of a file. CommandError when it cannot be read or is not UTF-8. */
export async function readText(place: string, name: string): Promise<string> {
  const bytes = await readFile(place).catch((error: NodeJS.ErrnoException) => fail(name, error));
  const text = textOf(bytes);
  if (text === null) throw new CommandError(`${name} is not UTF-8 text`);
  return text;
}

/** Decodes bytes as UTF-8; null when they are invalid. */
export function textOf(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}

function fail(name: string, error: NodeJS.ErrnoException): never {
  throw new CommandError(`${name} cannot be read: ${reasons[error.code ?? ''] ?? error.message}`);
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EACCES: 'you may not read it',
  ENOTDIR: 'there is no such file',
};
