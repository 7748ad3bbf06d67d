/** What the pages and examples about manifests say is so: manifests are valid, commands and their options are there. */
import { readdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Command, CommanderError } from 'commander';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import type { Cli } from '../../../../adapters/cli/cli.ts';
import { allCommands } from '../../../../adapters/cli/commands/all.ts';
import { splitWords } from '../../../../adapters/cli/compose/texts.ts';
import { readManifests } from '../../../../adapters/cli/manifest/manifests.ts';
import { makeProgram } from '../../../../adapters/cli/program.ts';

const root = resolve(import.meta.dirname, '../../../..');
const pages = ['docs/MANIFEST.md', 'docs/MIGRATION.md', 'docs/CI-CD.md'];
const examples = (await readdir(join(root, 'examples'))).filter((name) => name.endsWith('.yaml'));

const fencesOf = async (page: string, language: string): Promise<readonly string[]> => {
  const text = await readFile(join(root, page), 'utf8');
  return [...text.matchAll(new RegExp(`^\`\`\`${language}\n([\\s\\S]*?)^\`\`\``, 'gm'))].map(
    ([, code = '']) => code,
  );
};

const read = (name: string, text: string) =>
  readManifests([{ name, text, folder: join(root, 'examples') }], {
    variables: { TAG: '1', DB_PASSWORD: 'secret' },
    readOutside: async () => ({ text: 'from a file' }),
  });

/** Parses a line as the command does, without running anything. */
const parse = async (line: string): Promise<void> => {
  const idle: Cli = {
    remote: async () => undefined,
    local: async () => undefined,
    withOwnSignals: async () => undefined,
  };
  const program = makeProgram(allCommands, () => idle);
  const strict = (command: Command): void => {
    command.exitOverride().configureOutput({ writeErr: () => undefined, writeOut: () => undefined });
    command.commands.forEach(strict);
  };
  strict(program);
  const parsed = program.parseAsync([...(splitWords(line) ?? [])], { from: 'user' });
  // A sentence may name a command without all that it takes.
  await parsed.catch((error: CommanderError) => {
    if (!/missing/i.test(error.code)) throw error;
  });
};

/** The commands of a page: in shell blocks, in pipelines, and within its sentences. */
const commandsOf = async (page: string): Promise<readonly string[]> => {
  const text = await readFile(join(root, page), 'utf8');
  const found = [
    ...text.matchAll(/(?:^|[\s|&(-])ring ((?:[a-z]+ )?[^\n`]*?-[^\n`#]*)/gm),
    ...text.matchAll(/`ring ([a-z][^`\n]*)`/g),
  ].map(([, words = '']) => words);
  const alone = found
    .map((words) => words.replace(/ (?:>>?|<|\|\|?|&&) .*$/, '').trim())
    .filter((words) => !words.includes('...') && !/^schema\.json/.test(words));
  return [...new Set(alone)];
};

describe.each(pages)('%s', (page) => {
  it('has YAML that is YAML, and manifests that are valid', async () => {
    for (const text of await fencesOf(page, 'yaml')) {
      expect(parseAllDocuments(text).flatMap(({ errors }) => errors)).toEqual([]);
      if (/^deployments:/m.test(text)) expect((await read(page, text)).manifests).toHaveLength(1);
    }
  });

  it('names commands and options that are there', async () => {
    const commands = await commandsOf(page);
    expect(commands.length).toBeGreaterThan(3);
    for (const words of commands) await expect(parse(words), words).resolves.toBeUndefined();
  });
});

describe.each(examples)('examples/%s', (name) => {
  it('is a valid manifest', async () => {
    const text = await readFile(join(root, 'examples', name), 'utf8');
    expect((await read(name, text)).manifests).toHaveLength(1);
  });
});
