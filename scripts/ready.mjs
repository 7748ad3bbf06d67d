// Decides whether dependencies and build are fresh, and makes them so. What is then run is for the scripts themselves.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { installPackages, isDebianRoot } from './debian.mjs';
import { Plain, step } from './say.mjs';

const driver = 'node_modules/sqlite3/build/Release/node_sqlite3.node';

/** The project's root; the scripts work there wherever they were called. */
export const root = fileURLToPath(new URL('..', import.meta.url));

/** Makes sure that node_modules holds what the lock says, the database driver's binary included. */
export function ensureDependencies() {
  return step('dependencies', async (note) => {
    if (isInstalled()) return ['up to date'];
    note('installing');
    // No other package needs its install script; without it a failed compilation does not undo everything.
    await must('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']);
    note('fetching the database driver, or compiling it, which takes a minute or two');
    if (lacksCompiler() && isDebianRoot()) {
      const { code } = await fetchDriver();
      if (code === 0) return ['installed'];
      note('installing a compiler for the database driver, and compiling');
      installPackages(['g++', 'make', 'python3']);
    }
    const { code, output } = await fetchDriver();
    if (code !== 0) throw new Plain(`The database driver was not installed:\n${output}${compilerAdvice()}`);
    return ['installed'];
  });
}

/** Makes sure that dist/ runs and is newer than every source; `types` asks for the declarations too, which take longer. */
export function ensureBuild({ types = false } = {}) {
  return step('build', async (note) => {
    if (!isStale(types ? 'dist/ring.d.ts' : 'dist/cli.js')) return ['up to date'];
    note('building');
    const tsup = join(root, 'node_modules/tsup/dist/cli-default.js');
    const { code, output } = await execute(process.execPath, [tsup, ...(types ? [] : ['--no-dts'])]);
    if (code !== 0) throw new Plain(`The build failed:\n${output}`);
    return ['built'];
  });
}

// npm keeps a copy of what it installed; packages of other platforms are in the lock only.
function isInstalled() {
  const installed = join(root, 'node_modules/.package-lock.json');
  if (!existsSync(installed) || !existsSync(join(root, driver))) return false;
  const { packages: found } = JSON.parse(readFileSync(installed, 'utf8'));
  const { packages: wanted } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  return Object.entries(wanted).every(([path, { version, optional }]) => {
    if (path === '') return true;
    return path in found ? found[path].version === version : optional === true;
  });
}

function fetchDriver() {
  return execute('npm', ['rebuild', 'sqlite3', '--loglevel=error'], headers());
}

async function must(program, args) {
  const { code, output } = await execute(program, args);
  if (code !== 0) throw new Plain(`${program} ${args[0]} failed:\n${output}`);
}

// Compiling needs Node's own headers: where they lie beside this Node, they need not be downloaded.
function headers() {
  const prefix = dirname(dirname(process.execPath));
  return existsSync(join(prefix, 'include/node/node.h')) ? { npm_config_nodedir: prefix } : {};
}

function lacksCompiler() {
  return ['g++', 'make', 'python3'].some((name) => spawnSync(name, ['--version']).error !== undefined);
}

function compilerAdvice() {
  return lacksCompiler() ? '\nA C++ compiler, make or python3 is missing: install them and try again.' : '';
}

function isStale(file) {
  const built = join(root, file);
  if (!existsSync(built)) return true;
  const since = statSync(built).mtimeMs;
  const isNewer = (path) => statSync(path).mtimeMs > since;
  const sources = ['core', 'handlers', 'adapters'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath ?? entry.path, entry.name)),
  );
  return [...sources, join(root, 'tsup.config.ts'), join(root, 'package.json')].some(isNewer);
}

/** Runs a program in the root without showing it; resolves to its exit code and what it said. */
function execute(program, args, env = {}) {
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      cwd: root,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => {
        output += text;
      });
    }
    child.on('error', (error) => resolve({ code: 1, output: error.message }));
    child.on('close', (code) => resolve({ code: code ?? 1, output: output.trim() }));
  });
}
