/** docs/CLI.md says what the command says. `npm run docs:cli` writes it anew. */
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { commandPages } from '../../support/command-pages.ts';

const page = resolve(import.meta.dirname, '../../../docs/CLI.md');

describe('the page about the command', () => {
  it('is what --help says of every command', async () => {
    const pages = commandPages();
    await expect(pages).toMatchFileSnapshot(page);
  });

  it('has every command, subcommands included, each with a description and in its group', () => {
    const pages = commandPages();
    for (const name of [
      'serve',
      'apply',
      'get',
      'config set',
      'context use',
      'rollout undo',
      'user password',
    ]) {
      expect(pages).toMatch(new RegExp(`^#{3,4} ring ${name}$`, 'm'));
    }
    expect(pages).not.toContain('## Commands');
  });
});
