// Creates a small project for a test, under the repository's rules; the test defines its content.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../..');

/** Runs a script of the repository with Node; resolves to its exit code and all it printed. */
export function runScript(
  path: string,
  options: { cwd?: string; args?: string[]; env?: NodeJS.ProcessEnv } = {},
) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(root, path), ...(options.args ?? [])],
    {
      cwd: options.cwd ?? root,
      env: { ...process.env, ...options.env },
      encoding: 'utf8',
    },
  );
  return { status, output: `${stdout}${stderr}` };
}

/** A throwaway project with the given files, the repository's lint rules and packages. Call `remove` at the end. */
export function makeThrowawayProject(files: Record<string, string>) {
  const folder = mkdtempSync(join(tmpdir(), 'ring-project-'));
  for (const ring of ['core', 'handlers', 'adapters', 'tests']) mkdirSync(join(folder, ring));
  for (const copied of ['biome.json', '.gitignore', 'scripts/no-clock.grit']) {
    cpSync(join(root, copied), join(folder, copied));
  }
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
