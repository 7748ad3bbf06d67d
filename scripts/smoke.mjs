// Decides whether the package works for whoever installs it: packed, installed into an empty project, then every face,
// the command and a server are tried on Node 20, 22 and 24, and its types by a strict compiler.
// Ends with one line a check.
import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureBuild, root } from './ready.mjs';
import { run } from './say.mjs';

const versions = ['20', '22', '24'];
const driver = 'build/Release/node_sqlite3.node';

function execute(program, args, { cwd, env = {} }) {
  const done = spawnSync(program, args, {
    cwd,
    env: { ...process.env, ...env },
    encoding: 'utf8',
    timeout: 300_000,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return {
    ok: done.status === 0,
    output: `${done.stdout ?? ''}${done.stderr ?? ''}${done.error?.message ?? ''}`,
  };
}

function must(name, result) {
  if (!result.ok) throw new Error(`${name} failed:\n${result.output}`);
  return result.output;
}

// The database driver compiled for the project serves the copy too, so that it is not compiled once more.
function keepDriver(into) {
  const home = join(root, 'node_modules/sqlite3');
  if (!existsSync(join(home, driver))) return {};
  const { version, binary } = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8'));
  const napi = Math.max(...binary.napi_versions);
  mkdirSync(into);
  const file = `sqlite3-v${version}-napi-v${napi}-${process.platform}-${process.arch}.tar.gz`;
  must('tar', execute('tar', ['czf', join(into, file), driver], { cwd: home }));
  return { npm_config_sqlite3_local_prebuilds: into };
}

function install(folder) {
  must('npm pack', execute('npm', ['pack', '--ignore-scripts', '--pack-destination', folder], { cwd: root }));
  const tarball = readdirSync(folder).find((name) => name.endsWith('.tgz'));
  const project = join(folder, 'project');
  mkdirSync(project);
  writeFileSync(join(project, 'package.json'), '{"private": true, "type": "module"}\n');
  const env = keepDriver(join(folder, 'prebuilds'));
  must(
    'npm install',
    execute('npm', ['install', '--omit=dev', join(folder, tarball)], { cwd: project, env }),
  );
  cpSync(join(root, 'scripts/smoke'), project, { recursive: true });
  return project;
}

/** Node binaries by major version: the running one, and the others from the npm package `node`. */
function nodes(folder) {
  const own = process.versions.node.split('.')[0];
  const others = versions.filter((major) => major !== own);
  mkdirSync(folder);
  writeFileSync(join(folder, 'package.json'), '{"private": true}\n');
  const names = others.map((major) => `node${major}@npm:node@${major}`);
  must('npm install node', execute('npm', ['install', ...names], { cwd: folder }));
  const path = (major) => join(folder, `node_modules/node${major}/bin/node`);
  return versions.map((major) => [major, major === own ? process.execPath : path(major)]);
}

function checks(project, [major, node]) {
  const command = join(project, 'node_modules/ring-orchestrator/dist/cli.js');
  const help = execute(node, [command, '--help'], { cwd: project });
  return [
    [`Node ${major}: faces and server`, execute(node, ['use.mjs'], { cwd: project })],
    [`Node ${major}: ring --help`, { ...help, ok: help.ok && help.output.includes('serve') }],
  ];
}

function typeCheck(project) {
  const types = join(root, 'node_modules/@types');
  const options = [
    '--noEmit',
    '--strict',
    '--target',
    'es2023',
    '--module',
    'nodenext',
    '--typeRoots',
    types,
  ];
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  return execute(process.execPath, [tsc, ...options, '--types', 'node', 'use.ts'], { cwd: project });
}

await run(async () => {
  await ensureBuild({ types: true });
  const folder = mkdtempSync(join(tmpdir(), 'ring-smoke-'));
  try {
    const project = install(folder);
    const binaries = nodes(join(folder, 'nodes'));
    const results = [['types', typeCheck(project)], ...binaries.flatMap((binary) => checks(project, binary))];
    for (const [name, { ok, output }] of results) {
      console.log(`${ok ? 'ok    ' : 'FAILED'}  package, ${name}`);
      if (!ok) console.log(output.trimEnd());
    }
    return results.every(([, { ok }]) => ok) ? 0 : 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
