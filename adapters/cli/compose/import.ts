/**
 * `ring import compose`: reads a Compose file and the files it refers to, prints the manifest and lists what could not
 * be converted.
 */
import { existsSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, resolve } from 'node:path';
import { stringify } from 'yaml';
import { readInput } from '../ask.ts';
import type { CommandContext } from '../command-context.ts';
import { CommandError } from '../failure.ts';
import { counted } from '../format.ts';
import { parseEnvFile } from '../manifest/environment.ts';
import { faultsError } from '../manifest/faults.ts';
import { readYaml } from '../manifest/read-yaml.ts';
import { readSources } from '../manifest/sources.ts';
import { plain } from '../table.ts';
import { type Converted, convertCompose } from './convert.ts';
import type { ReadEnvFile } from './environment.ts';
import { labelOf } from './texts.ts';

/** The options of `ring import compose`. */
export interface ImportOptions {
  readonly output?: string;
  readonly project?: string;
  readonly namespace?: string;
  readonly profile?: readonly string[];
}

/** Prints or writes the manifest; notes go to stderr. CommandError when the file is not a Compose file. */
export const importCompose = async (
  context: CommandContext,
  file: string,
  options: ImportOptions,
): Promise<void> => {
  const { terminal } = context;
  const { manifest, notes } = await convertFile(context, file, options);
  const text = `# Made of ${basename(file)} by ring import compose.\n${stringify(manifest, { lineWidth: 0 })}`;
  if (options.output === undefined) terminal.write(text);
  else await writeNew(resolve(process.cwd(), options.output), options.output, text);
  if (notes.length === 0) return terminal.note('Everything was carried over.');
  terminal.note(`${counted(notes.length, 'thing')} could not be carried over, or means something else now:`);
  for (const { where, message } of notes) terminal.note(plain(`  ${where}: ${message}`));
};

async function convertFile(
  { env, terminal }: CommandContext,
  file: string,
  options: ImportOptions,
): Promise<Converted> {
  const ports = { cwd: process.cwd(), readInput: () => readInput(terminal) };
  const [source] = await readSources([file], ports);
  if (source === undefined) throw new CommandError(`${file} is empty`);
  const { documents, faults } = readYaml(source.text);
  if (faults.length > 0) {
    throw faultsError(faults.map(({ message, ...position }) => ({ file: source.name, position, message })));
  }
  const compose = documents[0]?.value;
  if (typeof compose !== 'object' || compose === null || !('services' in compose)) {
    throw new CommandError(`${source.name} is not a Compose file: it has no services`);
  }
  return convertCompose(compose, {
    project: options.project ?? labelOf(basename(source.folder)),
    namespace: options.namespace,
    profiles: options.profile ?? [],
    folder: source.folder,
    home: env.HOME || homedir(),
    readEnvFile: envFilesIn(source.folder),
  });
}

const envFilesIn =
  (folder: string): ReadEnvFile =>
  (path) => {
    const place = resolve(folder, path);
    return existsSync(place) ? parseEnvFile(readFileSync(place, 'utf8')) : null;
  };

async function writeNew(place: string, name: string, text: string): Promise<void> {
  await writeFile(place, text, { flag: 'wx' }).catch((error: NodeJS.ErrnoException) => {
    const why = error.code === 'EEXIST' ? 'is there already: name another file, or remove it' : error.message;
    throw new CommandError(`${name} ${why}`);
  });
}
