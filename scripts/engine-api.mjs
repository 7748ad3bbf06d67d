// Decides where a Docker engine may listen and how a script talks to it over plain HTTP, before any package is
// installed. Whether an engine is there, and what to do if not, is for engine.mjs.
import { existsSync, readFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { Plain } from './say.mjs';

/** The addresses to try, the likeliest first: DOCKER_HOST alone where it is set. */
export function candidates(env = process.env) {
  if (env.DOCKER_HOST) return [env.DOCKER_HOST];
  if (process.platform === 'win32') return ['npipe:////./pipe/docker_engine'];
  const home = homedir();
  const sockets = [
    '/var/run/docker.sock',
    env.XDG_RUNTIME_DIR && join(env.XDG_RUNTIME_DIR, 'docker.sock'),
    join(home, '.docker/run/docker.sock'),
    join(home, '.docker/desktop/docker.sock'),
    join(home, '.colima/default/docker.sock'),
  ];
  return sockets
    .filter((path, index) => path && (index === 0 || existsSync(path)))
    .map((path) => `unix://${path}`);
}

function target(host, env = process.env) {
  if (host.startsWith('unix://')) return { client: http, socketPath: host.slice('unix://'.length) };
  if (host.startsWith('npipe://')) return { client: http, socketPath: host.slice('npipe://'.length) };
  const { hostname, port, protocol } = new URL(host);
  const secure = protocol === 'https:' || Boolean(env.DOCKER_TLS_VERIFY);
  if (!secure) return { client: http, host: hostname, port: port || 2375 };
  const pem = (name) => readFileSync(join(env.DOCKER_CERT_PATH ?? join(homedir(), '.docker'), name));
  return {
    client: https,
    host: hostname,
    port: port || 2376,
    ca: pem('ca.pem'),
    cert: pem('cert.pem'),
    key: pem('key.pem'),
  };
}

/** One request to the engine at `host`; resolves to {status, text}. `body` is a Buffer or undefined. */
export function call(host, { method = 'GET', path, body, timeoutMs = 60_000 }) {
  return new Promise((resolve, reject) => {
    const { client, ...where } = target(host);
    const headers = body ? { 'content-type': 'application/x-tar', 'content-length': body.length } : {};
    const request = client.request({ ...where, method, path, headers, timeout: timeoutMs }, (response) => {
      const chunks = [];
      response.on('data', (chunk) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () =>
        resolve({ status: response.statusCode, text: Buffer.concat(chunks).toString() }),
      );
    });
    request.on('timeout', () => request.destroy(new Error(`no answer within ${timeoutMs} ms`)));
    request.on('error', reject);
    request.end(body);
  });
}

/** The engine's version where one answers at `host`, else undefined. Throws Plain where it may not be used. */
export async function answers(host) {
  try {
    const { status, text } = await call(host, { path: '/version', timeoutMs: 5_000 });
    return status === 200 ? JSON.parse(text).Version : undefined;
  } catch (error) {
    if (error.code !== 'EACCES') return undefined;
    throw new Plain(
      `A Docker engine is at ${host}, but you may not use it. Run: sudo usermod -aG docker "$USER", and log in anew.`,
    );
  }
}
