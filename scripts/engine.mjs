// Decides how to make sure of a Docker engine: use the one that answers; else, on Debian as root, install and start
// Debian's own; else say in one line what to install. Runs before any package is installed: Node alone is enough.
import { spawn, spawnSync } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync, rmSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { installPackages, isDebianRoot } from './debian.mjs';
import { answers, candidates } from './engine-api.mjs';
import { Plain, run, step } from './say.mjs';

/** Where an engine listens that was not told otherwise. */
export const defaultHost = 'unix:///var/run/docker.sock';

const pidFile = '/var/run/docker.pid';
const logFile = '/var/log/ring-dockerd.log';

/** Makes sure that an engine answers and returns its address, as DOCKER_HOST wants it. */
export function ensureEngine() {
  return step('engine', async (note) => {
    const found = await find();
    if (found) return [`Docker ${found.version} at ${found.host}`, found.host];
    if (!isDebianRoot() || process.env.DOCKER_HOST) throw new Plain(advice());
    if (!has('dockerd')) {
      note('installing docker.io from Debian');
      installPackages(['docker.io', 'iproute2']);
    }
    note('starting dockerd');
    return [`Docker ${await start()} at ${defaultHost}, started here`, defaultHost];
  });
}

async function find() {
  for (const host of candidates()) {
    const version = await answers(host);
    if (version) return { host, version };
  }
}

function advice() {
  if (process.env.DOCKER_HOST) return `No Docker engine answers at DOCKER_HOST=${process.env.DOCKER_HOST}.`;
  if (process.platform !== 'linux')
    return 'No Docker engine answers. Install and start Docker Desktop or colima.';
  if (has('dockerd')) return 'The Docker engine is not running. Start it: sudo systemctl start docker';
  if (existsSync('/etc/debian_version')) {
    return 'No Docker engine answers. Install one: sudo apt-get install docker.io';
  }
  return 'No Docker engine answers. Install Docker Engine (docs.docker.com/engine/install) and start it.';
}

function has(command) {
  return spawnSync('sh', ['-c', `command -v ${command}`]).status === 0;
}

async function start() {
  // Installing may have started it already, where a service manager runs.
  if (existsSync('/run/systemd/system')) {
    spawnSync('systemctl', ['start', 'docker']);
    return await settle(() => true);
  }
  const early = await answers(defaultHost);
  if (early) return early;
  forgetDeadEngine();
  const log = openSync(logFile, 'w');
  const child = spawn('dockerd', [], { detached: true, stdio: ['ignore', log, log] });
  let alive = true;
  child.on('exit', () => {
    alive = false;
  });
  child.on('error', () => {
    alive = false;
  });
  child.unref();
  closeSync(log);
  return await settle(() => alive);
}

async function settle(alive) {
  const deadline = Date.now() + 90_000;
  while (Date.now() < deadline) {
    const version = await answers(defaultHost);
    if (version) return version;
    if (!alive()) break;
    await wait(250);
  }
  throw new Plain(`The Docker engine did not start. Its last words (${logFile}):\n${lastWords()}`);
}

// dockerd refuses to start while any process has the number in its old pid file, even a stranger's.
function forgetDeadEngine() {
  if (!existsSync(pidFile)) return;
  const owner = `/proc/${readFileSync(pidFile, 'utf8').trim()}/comm`;
  if (!existsSync(owner) || readFileSync(owner, 'utf8').trim() !== 'dockerd') rmSync(pidFile);
}

function lastWords() {
  if (!existsSync(logFile)) return '(nothing)';
  return readFileSync(logFile, 'utf8').trim().split('\n').slice(-5).join('\n');
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  await run(async () => {
    await ensureEngine();
  });
}
