/**
 * `ring init`: writes the files to start with: an example manifest, the schema that editors check it against, and
 * settings for a server with a random password. It overwrites nothing.
 */
import { randomBytes } from 'node:crypto';
import { mkdir, stat, writeFile } from 'node:fs/promises';
import { join, normalize } from 'node:path';
import type { CommandContext } from './command-context.ts';
import { CommandError } from './failure.ts';
import { starterManifest } from './starter.ts';

/** The options of `ring init`. */
export interface InitOptions {
  readonly port: number;
}

const names = { manifest: 'ring.yaml', schema: 'ring.schema.json', settings: 'ring.settings.json' };

/** Writes the files to a directory, which is created when missing. CommandError when one of them already exists. */
export const init = async (
  { terminal }: Pick<CommandContext, 'terminal'>,
  folder: string,
  { port }: InitOptions,
): Promise<void> => {
  const path = (name: string) => join(folder, name);
  await refuseExisting(Object.values(names).map(path));
  const { manifestSchema } = await import('./manifest/json-schema.ts');
  const password = randomBytes(15).toString('base64url');
  const settings = { RING_PORT: port, RING_DATA_DIR: './data', RING_ADMIN_PASSWORD: password };
  await write(folder, [
    { path: path(names.manifest), text: starterManifest(names.schema), mode: 0o666 },
    { path: path(names.schema), text: json(manifestSchema()), mode: 0o666 },
    { path: path(names.settings), text: json(settings), mode: 0o600 },
  ]);
  for (const name of Object.values(names)) terminal.line(path(name));
  const there = normalize(folder);
  terminal.note(
    [
      '',
      `${names.manifest} declares a web server to begin with, ${names.settings} holds the password of the`,
      'user admin and is for your eyes only: keep it out of version control. Next:',
      '',
      ...(there === '.' ? [] : [`  cd ${there}`]),
      '  ring doctor                                  # is all there that Ring needs?',
      `  RING_CONFIG=${names.settings} ring serve   # in a terminal of its own, or as a service`,
      `  ring login http://127.0.0.1:${port} -u admin`,
      `  ring apply -f ${names.manifest} --wait`,
      '  ring get',
    ].join('\n'),
  );
};

const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

async function refuseExisting(paths: readonly string[]): Promise<void> {
  for (const path of paths) {
    const found = await stat(path).catch(() => null);
    if (found) throw new CommandError(`${path} is there already: remove it, or name another folder`);
  }
}

interface Draft {
  readonly path: string;
  readonly text: string;
  readonly mode: number;
}

async function write(folder: string, drafts: readonly Draft[]): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
    for (const { path, text, mode } of drafts) await writeFile(path, text, { flag: 'wx', mode });
  } catch (error) {
    throw new CommandError(`Nothing can be written here: ${error instanceof Error ? error.message : error}`);
  }
}
