import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readSources } from '../../../../adapters/cli/manifest/sources.ts';

let cwd = '';
beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'ring-sources-'));
});
afterEach(() => rm(cwd, { recursive: true }));

const read = (...paths: string[]) => readSources(paths, { cwd, readInput: async () => 'from stdin' });

describe('finding manifests', () => {
  it('takes files, stdin, and of a folder its manifests by name', async () => {
    await mkdir(join(cwd, 'deploy/below.yaml'), { recursive: true });
    const files = { 'b.yml': 'b', 'a.yaml': 'a', 'c.JSON': 'c', '.hidden.yaml': 'h', 'notes.md': 'n' };
    for (const [name, text] of Object.entries(files)) await writeFile(join(cwd, 'deploy', name), text);
    const folder = join(cwd, 'deploy');
    expect(await read('deploy', '-', 'deploy/notes.md')).toEqual([
      { name: 'deploy/a.yaml', text: 'a', folder },
      { name: 'deploy/b.yml', text: 'b', folder },
      { name: 'deploy/c.JSON', text: 'c', folder },
      { name: 'stdin', text: 'from stdin', folder: cwd },
      { name: 'deploy/notes.md', text: 'n', folder },
    ]);
  });

  it('says what is not there, what has no manifest and what is no text', async () => {
    await mkdir(join(cwd, 'empty'));
    await writeFile(join(cwd, 'bytes.yaml'), Uint8Array.of(0xff, 0xfe, 0x00));
    await expect(read('nowhere.yaml')).rejects.toThrow('nowhere.yaml cannot be read: there is no such file');
    await expect(read('empty')).rejects.toThrow('empty has no manifest: no file there ends in .yaml');
    await expect(read('bytes.yaml')).rejects.toThrow('bytes.yaml is not UTF-8 text');
  });
});
