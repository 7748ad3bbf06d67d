/** What the key file promises: made once, agreed on by all, readable by its owner alone. */
import { execFile } from 'node:child_process';
import { chmod, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'tsup';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openKeys } from '../../../adapters/security/key-file.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ring-keys-'));
});
afterEach(() => rm(folder, { recursive: true }));

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

it('gives the same two keys each time, which differ', async () => {
  const dataDir = join(folder, 'data');
  const first = await openKeys({ dataDir });
  expect(await openKeys({ dataDir })).toEqual(first);
  expect(hex(first.signing)).not.toBe(hex(first.sealing));
  expect([first.signing.length, first.sealing.length]).toEqual([32, 32]);
});

it('keeps the file, and the directory it makes for it, to its owner', async () => {
  const dataDir = join(folder, 'data');
  await openKeys({ dataDir });
  const modes = await Promise.all([dataDir, join(dataDir, 'secret.key')].map((path) => stat(path)));
  expect(modes.map(({ mode }) => (mode & 0o777).toString(8))).toEqual(['700', '600']);
  expect(await readdir(dataDir)).toEqual(['secret.key']);
});

it('makes no file where the secret is given', async () => {
  const secret = 'a secret that is given by a setting';
  const keys = await openKeys({ dataDir: folder, secret });
  expect(await openKeys({ dataDir: folder, secret })).toEqual(keys);
  expect(await openKeys({ dataDir: folder, secret: `${secret}!` })).not.toEqual(keys);
  expect(await readdir(folder)).toEqual([]);
});

it('refuses a file that others can read', async () => {
  await openKeys({ dataDir: folder });
  await chmod(join(folder, 'secret.key'), 0o644);
  await expect(openKeys({ dataDir: folder })).rejects.toThrow(/can be read by others: chmod 600/);
});

it('refuses a damaged file instead of making a new one', async () => {
  await writeFile(join(folder, 'secret.key'), 'abc', { mode: 0o600 });
  await expect(openKeys({ dataDir: folder })).rejects.toThrow(/damaged/);
});

it('lets processes that start at the same time agree', async () => {
  const root = resolve(import.meta.dirname, '../../..');
  const keyFile = JSON.stringify(join(root, 'adapters/security/key-file.ts'));
  await writeFile(
    join(folder, 'race.ts'),
    `import { openKeys } from ${keyFile};
    const { signing } = await openKeys({ dataDir: process.argv[2] });
    console.log(Buffer.from(signing).toString('hex'));`,
  );
  await build({
    config: false,
    silent: true,
    entry: { race: join(folder, 'race.ts') },
    outDir: folder,
    format: 'esm',
    outExtension: () => ({ js: '.mjs' }),
  });
  const race = async () =>
    (await promisify(execFile)(process.execPath, [join(folder, 'race.mjs'), join(folder, 'data')])).stdout;
  const keys = await Promise.all(Array.from({ length: 6 }, race));
  expect(new Set(keys).size).toBe(1);
  expect(keys[0]).toMatch(/^[0-9a-f]{64}\n$/);
});
