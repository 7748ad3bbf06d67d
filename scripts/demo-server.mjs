// Decides how a script runs `ring serve` on loopback with a data directory of its own, and ends it.
// What is asked of the server is for the script.
import { spawn } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { root } from './ready.mjs';
import { Plain } from './say.mjs';

/** The first port from `first` on that nobody listens to on loopback. */
export async function freePort(first) {
  for (let port = first; port < first + 100; port += 1) {
    if (await isFree(port)) return port;
  }
  throw new Plain(`No port from ${first} to ${first + 99} is free.`);
}

function isFree(port) {
  return new Promise((resolve) => {
    const probe = createServer().once('error', () => resolve(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  });
}

/** Whether a server started earlier with this data directory still answers; its URL if so. */
export async function findRunning(dataDir) {
  const note = join(dataDir, 'url');
  if (!existsSync(note)) return undefined;
  const url = readFileSync(note, 'utf8').trim();
  const reply = await fetch(`${url}/healthz`).catch(() => undefined);
  return reply?.ok ? url : undefined;
}

/** Starts `ring serve` and waits until it answers; returns {url, log, ended, stop}. */
export async function startServer({ dataDir, port, dockerHost }) {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const url = `http://127.0.0.1:${port}`;
  const log = join(dataDir, 'ring.log');
  const file = openSync(log, 'w');
  // Whatever else is set for a Ring of one's own must not reach the demo's.
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('RING_')));
  const child = spawn(process.execPath, [join(root, 'dist/cli.js'), 'serve'], {
    cwd: root,
    env: {
      ...env,
      RING_HOST: '127.0.0.1',
      RING_PORT: `${port}`,
      RING_DATA_DIR: dataDir,
      DOCKER_HOST: dockerHost,
    },
    stdio: ['ignore', file, file],
  });
  closeSync(file);
  let running = true;
  const ended = new Promise((resolve) => {
    child.once('exit', (code) => {
      running = false;
      resolve(code);
    });
  });
  const stop = async () => {
    if (!running) return;
    child.kill('SIGTERM');
    const patience = setTimeout(() => child.kill('SIGKILL'), 15_000);
    await ended;
    clearTimeout(patience);
  };
  await untilHealthy({ url, log, isRunning: () => running, stop });
  writeFileSync(join(dataDir, 'url'), url);
  return { url, log, ended, stop };
}

async function untilHealthy({ url, log, isRunning, stop }) {
  const deadline = Date.now() + 30_000;
  while (isRunning() && Date.now() < deadline) {
    const reply = await fetch(`${url}/healthz`).catch(() => undefined);
    if (reply?.ok) return;
    await wait(50);
  }
  await stop();
  const words = readFileSync(log, 'utf8').trim().split('\n').slice(-5).join('\n');
  throw new Plain(`Ring did not start. Its last words (${log}):\n${words}`);
}
